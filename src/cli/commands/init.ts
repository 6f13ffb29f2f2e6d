import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { openModel } from "../../node/open-model.ts";
import type { DataSetOptions } from "../audit/data-set.ts";
import { requireFolderOf, writeOutput } from "../files.ts";
import { type Context, say, UsageError } from "../io.ts";
import { withNormalisation } from "../normalisation.ts";
import { addDescriptionOptions, type ModelValues, readModelOptions } from "../options/model-options.ts";

interface Values extends ModelValues {
  readonly images?: string;
  readonly truth?: string;
  readonly output?: string;
  readonly force?: true;
  readonly json?: true;
}

/** `onepixel init MODEL` */
export function initCommand(command: Command, context: Context): Command {
  command
    .summary("write the manifest of an ONNX file")
    .description(
      "Reads layout, size, channels and the number of labels from an ONNX file, runs it to distinguish logits from probabilities, and writes the result as manifest.json next to it.",
    )
    .argument("<model>", "An ONNX file, or a folder with model.onnx.")
    .option(
      "-i, --images <folder>",
      "Labelled images, as onepixel audit takes them, to try normalisations on.",
    )
    .option("--truth <file>", "The labels of the images, as onepixel audit takes them.")
    .option("-o, --output <file>", "The file to write. Default: manifest.json next to the model.")
    .option("-f, --force", "Overwrite an existing manifest.")
    .option("--json", "Print the manifest instead of writing it.")
    .addHelpText(
      "after",
      `
Example:
  $ onepixel init model.onnx --labels labels.txt --normalise imagenet`,
    );
  return addDescriptionOptions(command).action((model: string, values: Values) =>
    run(model, values, context),
  );
}

async function run(path: string, values: Values, context: Context): Promise<void> {
  if (!existsSync(path)) throw new UsageError(`MODEL "${path}": there is no such file or folder`);
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  const output = values.output ?? join(folder, "manifest.json");
  if (!values.json && !values.force && existsSync(output)) {
    throw new UsageError(
      `${output} already exists; overwrite it with --force, or name another file with --output`,
    );
  }
  const { images, truth } = values;
  const data: DataSetOptions | null = images === undefined && truth === undefined ? null : { images, truth };
  requireFolderOf(output, "output");
  const open = () => openModel(path, readModelOptions(values), { ignoreManifest: true });
  const { manifest } = await withNormalisation(context, open, data);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  if (values.json) context.out(`${JSON.stringify(manifest)}\n`);
  else writeOutput(output, text, "output");
  if (!values.json) say(context, `${output}:\n${text}`);
}
