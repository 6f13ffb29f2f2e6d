import { basename, join } from "node:path";
import type { Command } from "commander";
import { attackOptions } from "../../api/options.ts";
import { attack, pngBytes } from "../../node/index.ts";
import { readInput, writeInto, writeOutput } from "../files.ts";
import type { Context } from "../io.ts";
import { addFields, readFields } from "../options/attack-options.ts";
import { type AnyModelValues, addAnyModelOptions, openAnyModel } from "../options/remote-options.ts";
import { showProgress } from "../progress.ts";
import { describeAttack } from "../words.ts";

interface Values extends AnyModelValues {
  readonly json?: true;
  readonly quiet?: true;
  readonly output?: string;
}

/** `onepixel attack IMAGE…` */
export function attackCommand(command: Command, context: Context): Command {
  command
    .summary("change a few pixels of an image until the classifier is wrong")
    .description(
      "Searches for a change of k pixels that makes the classifier give a wrong label, and returns the image that does.",
    )
    .argument("<image...>", "PNG, JPEG or WebP files. Each is stretched to the model's size.")
    .option(
      "-o, --output <file>",
      "Write the adversarial image to this PNG file; with several images, into this folder under their names.",
    )
    .option("--json", "Print the object that POST /v1/attack answers with; for several images, one a line.")
    .option("-q, --quiet", "Print nothing but errors.")
    .addHelpText(
      "after",
      `
Examples:
  $ onepixel attack cat.png --label cat -o fooled.png
  $ onepixel attack *.png --model model.onnx --labels labels.txt --normalise imagenet --pixels 3 --json`,
    );
  addFields(addAnyModelOptions(command), attackOptions);
  return command.action((images: string[], values: Values) => run(images, values, context));
}

async function run(images: readonly string[], values: Values, context: Context): Promise<void> {
  const options = readFields(attackOptions, values as Readonly<Record<string, unknown>>);
  const files = images.map((path) => ({ path, bytes: readInput(path, "IMAGE") }));
  const model = await openAnyModel(values);
  const { signal } = context;
  for (const { path, bytes } of files) {
    if (signal?.aborted) break;
    const progress = showProgress(
      values.quiet ? { ...context, terminal: undefined } : context,
      path,
      "queries",
      null,
    );
    const onProgress = ({ queries }: { queries: number }) => progress.update(queries);
    const result = await attack(model, bytes, options, { signal, onProgress }).finally(() => progress.stop());
    write(path, files.length > 1, pngBytes(result.image), values.output);
    if (values.json) context.out(`${JSON.stringify(result)}\n`);
    else if (!values.quiet) context.out((files.length > 1 ? `${path}: ` : "") + describeAttack(result));
  }
  if (signal?.aborted) context.exitCode = 3;
}

function write(image: string, isOneOfMany: boolean, png: Uint8Array, output: string | undefined): void {
  if (output === undefined) return;
  if (isOneOfMany) writeInto(join(output, `${basename(image).replace(/\.\w+$/, "")}.png`), png, "output");
  else writeOutput(output, png, "output");
}
