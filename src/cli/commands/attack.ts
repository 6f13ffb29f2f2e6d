import { basename, join } from "node:path";
import type { Command } from "commander";
import { attackOptions } from "../../api/options.ts";
import { attack, pngBytes } from "../../node/index.ts";
import { requireFolderOf, writeInto, writeOutput } from "../files.ts";
import { readImage } from "../images.ts";
import { type Context, say, UsageError } from "../io.ts";
import { addFields, readFields } from "../options/attack-options.ts";
import { type AnyModelValues, addAnyModelOptions, openAnyModel } from "../options/remote-options.ts";
import { showProgress } from "../progress.ts";
import { GRACE, unlessStopped } from "../stop.ts";
import { describeAttack } from "../words.ts";

interface Values extends AnyModelValues {
  readonly json?: true;
  readonly output?: string;
}

/** `onepixel attack IMAGE…` */
export function attackCommand(command: Command, context: Context): Command {
  command
    .summary("change a few pixels of an image until the classifier is wrong")
    .description(
      "Searches for a change of k pixels that makes the classifier predict a wrong label, and returns the changed image.",
    )
    .argument(
      "<image...>",
      "PNG, JPEG or WebP files. Each is stretched to the model's size, unless --space is source.",
    )
    .option(
      "-o, --output <file>",
      "Write the adversarial image to this PNG file; with several images, into this folder under their names.",
    )
    .option(
      "--json",
      "Print the object that POST /v1/attack responds with; for several images, one per line.",
    )
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
  if (values.output !== undefined) {
    if (images.length > 1) requireOwnNames(images);
    else requireFolderOf(values.output, "output");
  }
  const files = await Promise.all(images.map(readImage));
  const { signal } = context;
  const model = await openAnyModel(values, signal);
  for (const { path, bytes } of files) {
    if (signal?.aborted) break;
    const progress = showProgress(context, path, "queries", null);
    const onProgress = ({ queries }: { queries: number }) => progress.update(queries);
    const attacking = attack(model, bytes, options, { signal, onProgress });
    const result = await unlessStopped(attacking, signal, GRACE).finally(() => progress.stop());
    write(path, files.length > 1, pngBytes(result.image), values.output);
    if (values.json) context.out(`${JSON.stringify(result)}\n`);
    else say(context, (files.length > 1 ? `${path}: ` : "") + describeAttack(result, context));
  }
  if (signal?.aborted) context.exitCode = 3;
}

/** The name of an image's file in a folder. */
const pngName = (image: string) => `${basename(image).replace(/\.\w+$/, "")}.png`;

/** @throws UsageError for images of which one would overwrite the other */
function requireOwnNames(images: readonly string[]): void {
  const names = images.map(pngName);
  const at = names.findIndex((name, index) => names.indexOf(name) < index);
  if (at < 0) return;
  const first = images[names.indexOf(names[at]!)];
  throw new UsageError(`--output: ${first} and ${images[at]} would both be written as ${names[at]}`);
}

function write(image: string, isOneOfMany: boolean, png: Uint8Array, output: string | undefined): void {
  if (output === undefined) return;
  if (isOneOfMany) writeInto(join(output, pngName(image)), png, "output");
  else writeOutput(output, png, "output");
}
