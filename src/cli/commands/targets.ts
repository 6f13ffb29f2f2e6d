import { join } from "node:path";
import type { Command } from "commander";
import { targetsSchema } from "../../api/targets.ts";
import { pngBytes, targets } from "../../node/index.ts";
import { writeInto } from "../files.ts";
import { readImage } from "../images.ts";
import { type Context, say } from "../io.ts";
import { addFields, readFields } from "../options/attack-options.ts";
import { type AnyModelValues, addAnyModelOptions, openAnyModel } from "../options/remote-options.ts";
import { showProgress } from "../progress.ts";
import { GRACE, unlessStopped } from "../stop.ts";
import { describeTargets } from "../words.ts";

const { model: _, sample: __, ...fields } = targetsSchema.entries;

interface Values extends AnyModelValues {
  readonly json?: true;
  readonly output?: string;
}

/** `onepixel targets IMAGE` */
export function targetsCommand(command: Command, context: Context): Command {
  command
    .summary("find out which other labels an image can be turned into")
    .description("Attacks an image towards every label but its own.")
    .argument(
      "<image>",
      "A PNG, JPEG or WebP file. It is stretched to the model's size, unless --space is source.",
    )
    .option(
      "-o, --output <folder>",
      "Write the image of each target that was reached into this folder, as LABEL.png.",
    )
    .option("--json", "Print the object that POST /v1/targets responds with.")
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
  const { signal } = context;
  const { bytes } = await readImage(path);
  const model = await openAnyModel(values, signal);
  const progress = showProgress(context, path, "queries", null);
  const onProgress = ({ queries }: { queries: number }) => progress.update(queries);
  const attacking = targets(model, bytes, options, { signal, onProgress });
  const result = await unlessStopped(attacking, signal, GRACE).finally(() => progress.stop());
  if (values.output !== undefined) {
    for (const { target, status, image } of result.targets) {
      const name = `${target.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.png`;
      if (status === "fooled") writeInto(join(values.output, name), pngBytes(image), "output");
    }
  }
  if (values.json) context.out(`${JSON.stringify(result)}\n`);
  else say(context, describeTargets(result, context));
  if (signal?.aborted) context.exitCode = 3;
}
