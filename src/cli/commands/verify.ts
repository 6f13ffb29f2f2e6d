import type { Command } from "commander";
import * as v from "valibot";
import { verifySchema } from "../../api/verify.ts";
import { type AttackResult, verify } from "../../node/index.ts";
import { readJson } from "../files.ts";
import { readImage } from "../images.ts";
import { type Context, say, UsageError } from "../io.ts";
import { type AnyModelValues, addAnyModelOptions, openAnyModel } from "../options/remote-options.ts";
import { unlessStopped } from "../stop.ts";
import { describeVerification } from "../words.ts";

/** What an attack prints with --json: what the route takes, with everything that is needed to check it here. */
const resultSchema = v.looseObject(
  {
    image: v.string("must be a PNG as a data URL"),
    label: v.string("must be a label"),
    target: v.nullable(v.string("must be a label or null")),
    settings: v.looseObject({}, "must be the attack's settings"),
  },
  "must be an object",
);

/** @throws UsageError naming the field that is not as an attack prints it */
function readResult(path: string): AttackResult {
  const json = readJson(path, "RESULT");
  const { image: _, ...claims } = v.is(resultSchema, json) ? json : { image: null };
  for (const [schema, value] of [
    [resultSchema, json],
    [verifySchema, claims],
  ] as const) {
    const { success, issues } = v.safeParse(schema, value);
    if (success) continue;
    const field = issues[0].path?.map(({ key }) => String(key)).join(".");
    throw new UsageError(
      `RESULT "${path}"${field ? `: ${field}` : ""} ${issues[0].message}; pass the output of onepixel attack --json`,
    );
  }
  return json as AttackResult;
}

/** `onepixel verify IMAGE RESULT` */
export function verifyCommand(command: Command, context: Context): Command {
  command
    .summary("check an attack's result with two queries")
    .description(
      "Classifies the original and the result's image, and checks every claim. The exit code is 1 if a claim is wrong.",
    )
    .argument("<image>", "The unchanged image.")
    .argument(
      "<result>",
      "A JSON file with the output of onepixel attack --json or the response of POST /v1/attack.",
    )
    .option("--json", "Print the object that POST /v1/verify responds with.")
    .addHelpText(
      "after",
      `
Example:
  $ onepixel attack cat.png --label cat --json > result.json
  $ onepixel verify cat.png result.json`,
    );
  return addAnyModelOptions(command).action(
    async (path: string, file: string, values: AnyModelValues & { json?: true }) => {
      const { signal } = context;
      const result = readResult(file);
      const { bytes } = await readImage(path);
      const model = await openAnyModel(values, signal);
      const verification = await unlessStopped(verify(model, bytes, result), signal);
      if (values.json) context.out(`${JSON.stringify(verification)}\n`);
      else say(context, describeVerification(verification, context));
      if (!verification.holds) context.exitCode = 1;
    },
  );
}
