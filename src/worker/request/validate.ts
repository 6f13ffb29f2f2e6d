import * as v from "valibot";
import { Problem } from "../response/problem.ts";

/** A schema of named options, all others being errors. */
export type OptionsSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

const SHOWN = 40;

function shown(value: unknown): string {
  const text = typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/**
 * Checks options against a schema.
 * @throws Problem naming the first option at fault and what it may be
 */
export function validate<Schema extends OptionsSchema>(
  schema: Schema,
  options: object,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, options);
  if (success) return output;
  const [issue] = issues;
  const field = String(issue.path?.[0]?.key);
  if (!Object.hasOwn(schema.entries, field)) {
    const known = Object.keys(schema.entries);
    const advice =
      known.length === 0
        ? "This route has no options."
        : `The options of this route are ${known.join(", ")}.`;
    throw new Problem("invalid-option", `There is no option ${shown(field)}. ${advice}`, field);
  }
  if (!Object.hasOwn(options, field))
    throw new Problem("invalid-option", `The option ${field} is required but missing.`, field);
  const value = (options as Record<string, unknown>)[field];
  throw new Problem("invalid-option", `The option ${field} ${issue.message}, not ${shown(value)}.`, field);
}
