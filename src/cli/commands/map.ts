import type { Command } from "commander";
import { mapSchema } from "../../api/map.ts";
import { cornerCount } from "../../core/attack/corners.ts";
import { MOST_MAPPED } from "../../core/attack/map/settings.ts";
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

const { label, budget, seed, engine, space } = mapSchema.entries;
const fields = { label, budget, seed, engine, space };

interface Values extends AnyModelValues {
  readonly json?: true;
  readonly output?: string;
}

/** `onepixel map IMAGE` */
export function mapCommand(command: Command, context: Context): Command {
  command
    .summary("find out which pixels of an image can fool the classifier")
    .description(
      "Sets every pixel to each corner of the colour cube, one at a time, and reports which changes fool the classifier. Of a large image, and with a smaller --budget, it tries a sample of the changes, coarse to fine.",
    )
    .argument(
      "<image>",
      "A PNG, JPEG or WebP file. It is stretched to the model's size; with --space source its own pixels are mapped.",
    )
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
  const input = inputOf(model as Classifier, await decodeImage(bytes), options.space);
  const changes = cornerCount(input.image);
  // A default budget below the number of changes is only known once the map is there.
  const total = options.budget ?? (changes <= MOST_MAPPED ? changes : null);
  const progress = showProgress(context, path, "queries", total && Math.min(total, changes));
  const onProgress = ({ queries }: { queries: number }) => progress.update(queries);
  const mapping = map(model, bytes, options, { signal, onProgress });
  const result = await unlessStopped(mapping, signal, GRACE).finally(() => progress.stop());
  if (values.output !== undefined) {
    writeOutput(values.output, drawMap(result, input.image), "output");
  }
  if (values.json) context.out(`${JSON.stringify(result)}\n`);
  else say(context, describeMap(result));
  if (signal?.aborted) context.exitCode = 3;
}
