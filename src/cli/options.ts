/** What stands on the command line, as the API's options. */
import { parseArgs } from "node:util";
import * as v from "valibot";
import { attackOptions, fromText } from "../api/options.ts";

/** A command line that cannot be run. The message names the option. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `maxPixels` as `max-pixels`. */
export const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const attackNames = Object.keys(attackOptions);

export interface Arguments {
  readonly image: string;
  readonly model: string | undefined;
  readonly json: boolean;
  readonly output: string | undefined;
  readonly options: v.InferOutput<typeof schema>;
}

const schema = v.strictObject(attackOptions);

function checked(values: Record<string, unknown>): Arguments["options"] {
  const given: Record<string, unknown> = {};
  for (const name of attackNames) {
    const value = values[kebab(name)];
    if (value !== undefined) given[name] = typeof value === "string" ? fromText(name, value) : value;
  }
  const { success, output, issues } = v.safeParse(schema, given);
  if (success) return output;
  const name = kebab(String(issues[0].path?.[0]?.key));
  throw new UsageError(`--${name} ${issues[0].message}, not "${values[name]}"`);
}

/**
 * Reads the arguments of a command about one image.
 * @throws UsageError naming what is wrong
 */
export function readArguments(command: "attack" | "classify", args: readonly string[]): Arguments {
  const isAttack = command === "attack";
  const ofAttack = isAttack
    ? attackNames.map(
        (name) => [kebab(name), { type: name === "exhaustive" ? "boolean" : "string" }] as const,
      )
    : [];
  const config = {
    ...Object.fromEntries(ofAttack),
    model: { type: "string" },
    json: { type: "boolean" },
    ...(isAttack ? { output: { type: "string", short: "o" } as const } : {}),
  } as const;
  const { values, positionals } = parse([...args], config);
  const [image, ...more] = positionals;
  if (image === undefined) throw new UsageError(`there is no image; run onepixel ${command} IMAGE`);
  if (more.length > 0) throw new UsageError(`there is more than one image: ${positionals.join(", ")}`);
  return {
    image,
    model: values.model as string | undefined,
    json: values.json === true,
    output: values.output as string | undefined,
    options: checked(values),
  };
}

type Config = NonNullable<Parameters<typeof parseArgs>[0]>["options"];

function parse(args: string[], options: NonNullable<Config>) {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { values: values as Record<string, unknown>, positionals };
  } catch (cause) {
    throw new UsageError((cause as Error).message.split(". ")[0]!, { cause });
  }
}
