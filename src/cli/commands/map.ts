import type { Command } from "commander";
import { attackOptions } from "../../api/options.ts";
import { inputOf } from "../../core/input.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { decodeImage, map } from "../../node/index.ts";
import { drawMap } from "../../report/map/draw-map.ts";
import { requireFolderOf, writeOutput } from "../files.ts";
import { readImage } from "../images.ts";
import { type Context, say } from "../io.ts";
import { addFields, readFields } from "../options/attack-options.ts";
import { type AnyModelValues, addAnyModelOptions, openAnyModel } from "../options/remote-options.ts";
import { showProgress } from "../progress.ts";
import { GRACE, unlessStopped } from "../stop.ts";
import { describeMap } from "../words.ts";

const { label, budget, engine } = attackOptions;
const fields = { label, budget, engine };

interface Values extends AnyModelValues {
  readonly json?: true;
  readonly output?: string;
}

/** `onepixel map IMAGE` */
export function mapCommand(command: Command, context: Context): Command {
  command
    .summary("find out which pixels of an image can fool the classifier")
    .description(
      "Sets every pixel to each corner of the colour cube, one at a time, and reports which changes fool the classifier.",
    )
    .argument("<image>", "A PNG, JPEG or WebP file. It is stretched to the model's size.")
    .option("-o, --output <file>", "Write the heat map to this PNG file.")
    .option("--json", "Print the object that POST /v1/map responds with.")
    .addHelpText(
      "after",
      `
Example:
  $ onepixel map cat.png --label cat -o heat.png`,
    );
  addFields(addAnyModelOptions(command), fields);
  return command.action((image: string, values: Values) => run(image, values, context));
}

async function run(path: string, values: Values, context: Context): Promise<void> {
  const options = readFields(fields, values as Readonly<Record<string, unknown>>);
  const { signal } = context;
  if (values.output !== undefined) requireFolderOf(values.output, "output");
  const { bytes } = await readImage(path);
  const model = await openAnyModel(values, signal);
  const { width, height, channels } = model.manifest.input;
  const total = width * height * (channels === 3 ? 8 : 2);
  const progress = showProgress(context, path, "queries", total);
  const onProgress = ({ queries }: { queries: number }) => progress.update(queries);
  const mapping = map(model, bytes, options, { signal, onProgress });
  const result = await unlessStopped(mapping, signal, GRACE).finally(() => progress.stop());
  if (values.output !== undefined) {
    const { image } = inputOf(model as Classifier, await decodeImage(bytes));
    writeOutput(values.output, drawMap(result, image), "output");
  }
  if (values.json) context.out(`${JSON.stringify(result)}\n`);
  else say(context, describeMap(result));
  if (signal?.aborted) context.exitCode = 3;
}
