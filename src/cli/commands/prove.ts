import type { Command } from "commander";
import { proveOptions } from "../../api/proof/prove.ts";
import { type Proof, pngBytes, prove } from "../../node/index.ts";
import { openModel } from "../../node/open-model.ts";
import { requireFolderOf, writeOutput } from "../files.ts";
import { readImage } from "../images.ts";
import { type Context, say } from "../io.ts";
import { addFields, readFields } from "../options/attack-options.ts";
import { addModelOptions, type ModelValues, readModelOptions } from "../options/model-options.ts";
import { showProgress } from "../progress.ts";
import { GRACE, unlessStopped } from "../stop.ts";

interface Values extends ModelValues {
  readonly json?: true;
  readonly output?: string;
  readonly proof?: string;
}

/** `onepixel prove IMAGE` */
export function proveCommand(command: Command, context: Context): Command {
  command
    .summary("decide whether any colour of any pixel fools the classifier")
    .description(
      "Decides whether any change of one pixel, to any 8-bit colour, fools the classifier: proved, broken by the change that it returns, or unknown if the boxes or queries end before.",
    )
    .argument("<image>", "A PNG, JPEG or WebP file. It is stretched to the model's size.")
    .option("-o, --output <file>", "Write the image that fools the classifier to this PNG file.")
    .option("--proof <file>", "Write the proof to this JSON file, which anybody can check.")
    .option("--json", "Print the result, without the proof, as JSON.")
    .addHelpText(
      "after",
      `
Example:
  $ onepixel prove digit.png --model mnist-cnn --label 4`,
    );
  addFields(addModelOptions(command), proveOptions);
  return command.action((image: string, values: Values) => run(image, values, context));
}

/** A result in words. */
function describe({ status, statement, pixels, cost, margin }: Proof): string {
  const least = status === "proved" && margin !== null ? `, least lead ${margin.toPrecision(3)}` : "";
  const open = pixels.unknown.slice(0, 10).map(({ x, y }) => `(${x}, ${y})`);
  const more = pixels.unknown.length > open.length ? `, and ${pixels.unknown.length - open.length} more` : "";
  const unknown = open.length > 0 ? `  undecided x, y: ${open.join(", ")}${more}\n` : "";
  return `${status}: ${statement}\n  ${cost.boxes} boxes, ${cost.queries} queries${least}\n${unknown}`;
}

async function run(path: string, values: Values, context: Context): Promise<void> {
  const options = readFields(proveOptions, values as Readonly<Record<string, unknown>>);
  const { signal } = context;
  if (values.output !== undefined) requireFolderOf(values.output, "output");
  if (values.proof !== undefined) requireFolderOf(values.proof, "proof");
  const { bytes } = await readImage(path);
  const model = await unlessStopped(openModel(values.model, readModelOptions(values)), signal);
  const progress = showProgress(context, path, "pixels", null);
  const onProgress = ({ proved }: { proved: number }) => progress.update(proved);
  const proving = prove(model, bytes, options, { signal, onProgress });
  const result = await unlessStopped(proving, signal, GRACE).finally(() => progress.stop());
  const { proof, ...rest } = result;
  if (values.output !== undefined && result.counterexample) {
    writeOutput(values.output, pngBytes(result.counterexample.image), "output");
  }
  if (values.proof !== undefined && proof) writeOutput(values.proof, `${JSON.stringify(proof)}\n`, "proof");
  if (values.json) context.out(`${JSON.stringify(rest)}\n`);
  else say(context, describe(result));
  if (signal?.aborted) context.exitCode = 3;
}
