import { join } from "node:path";
import type { Command } from "commander";
import { targetsSchema } from "../../api/targets.ts";
import { pngBytes, targets } from "../../node/index.ts";
import { readInput, writeInto } from "../files.ts";
import type { Context } from "../io.ts";
import { addFields, readFields } from "../options/attack-options.ts";
import { type AnyModelValues, addAnyModelOptions, openAnyModel } from "../options/remote-options.ts";
import { showProgress } from "../progress.ts";
import { describeTargets } from "../words.ts";

const { model: _, sample: __, ...fields } = targetsSchema.entries;

interface Values extends AnyModelValues {
  readonly json?: true;
  readonly output?: string;
}

/** `onepixel targets IMAGE` */
export function targetsCommand(command: Command, context: Context): Command {
  command
    .summary("into which other labels an image can be turned")
    .description("Attacks an image at every label but its own.")
    .argument("<image>", "A PNG, JPEG or WebP file. It is stretched to the model's size.")
    .option(
      "-o, --output <folder>",
      "Write the image of each target that was reached into this folder, as LABEL.png.",
    )
    .option("--json", "Print the object that POST /v1/targets answers with.")
    .addHelpText(
      "after",
      `
Example:
  $ onepixel targets cat.png --label cat --pixels 3 -o reached`,
    );
  addFields(addAnyModelOptions(command), fields);
  return command.action((image: string, values: Values) => run(image, values, context));
}

async function run(path: string, values: Values, context: Context): Promise<void> {
  const options = readFields(fields, values as Readonly<Record<string, unknown>>);
  const bytes = readInput(path, "IMAGE");
  const model = await openAnyModel(values);
  const progress = showProgress(context, path, "queries", null);
  const onProgress = ({ queries }: { queries: number }) => progress.update(queries);
  const { signal } = context;
  const result = await targets(model, bytes, options, { signal, onProgress }).finally(() => progress.stop());
  if (values.output !== undefined) {
    for (const { target, status, image } of result.targets) {
      const name = `${target.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.png`;
      if (status === "fooled") writeInto(join(values.output, name), pngBytes(image), "output");
    }
  }
  context.out(values.json ? `${JSON.stringify(result)}\n` : describeTargets(result));
  if (signal?.aborted) context.exitCode = 3;
}
