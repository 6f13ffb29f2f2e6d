/** Helps to choose an unknown normalisation: shows the accuracy with each choice, and asks. */
import { createInterface } from "node:readline/promises";
import type { Classifier } from "../core/model/classifier.ts";
import type { RecipeName } from "../core/model/propose/normalisation.ts";
import type { Model } from "../node/index.ts";
import { UnknownNormalisation } from "../node/open-model.ts";
import { imageFor } from "./audit/attack-image.ts";
import { type DataSetOptions, readDataSet } from "./audit/data-set.ts";
import { type Context, UsageError } from "./io.ts";
import { Stopped } from "./stop.ts";

/** Enough images to tell the choices apart. */
const TRIED = 100;

interface Choice {
  readonly name: RecipeName;
  readonly model: Model;
  /** Of the images that were tried, those that the classifier gets right; null where there are no images. */
  readonly right: number | null;
}

async function accuracyOf(
  classifier: Classifier,
  options: DataSetOptions,
): Promise<{ right: number; of: number }> {
  const { items } = readDataSet(classifier.manifest, options);
  // Every few, since the images of a class stand together.
  const step = Math.max(1, items.length / TRIED);
  const tried = Array.from(
    { length: Math.min(TRIED, items.length) },
    (_, at) => items[Math.floor(at * step)]!,
  );
  let right = 0;
  for (const { source, label } of tried) {
    const probabilities = await classifier.probabilities(await imageFor(source, classifier));
    if (probabilities[label] === Math.max(...probabilities)) right++;
  }
  return { right, of: tried.length };
}

/** @returns what was chosen; null where the input ends without a choice */
async function ask({ terminal, signal }: Context, choices: readonly Choice[]): Promise<Model | null> {
  const lines = createInterface({ input: process.stdin, output: terminal, prompt: "Which one? " });
  // A terminal that is read hands Ctrl-C to its reader.
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    lines.close();
  };
  lines.once("SIGINT", stop);
  signal?.addEventListener("abort", stop, { once: true });
  lines.prompt();
  for await (const line of lines) {
    const found = choices.find(({ name }) => name === line.trim());
    if (found) {
      lines.close();
      return found.model;
    }
    lines.prompt();
  }
  if (isStopped) throw new Stopped();
  return null;
}

/**
 * The model, with a normalisation that the user chooses where it is not known.
 * @param open loads the model
 * @param options labelled images to try the choices on; null where there are none
 * @throws UsageError that shows the choices, where there is nobody to ask
 */
export async function withNormalisation(
  context: Context,
  open: () => Promise<Model>,
  options: DataSetOptions | null,
): Promise<Model> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof UnknownNormalisation)) throw error;
    let of = 0;
    const choices: Choice[] = [];
    for (const name of error.choices) {
      const model = await error.choose(name);
      const accuracy = options && (await accuracyOf(model as Classifier, options));
      of = accuracy?.of ?? 0;
      choices.push({ name, model, right: accuracy?.right ?? null });
    }
    const shown = choices
      .map(({ name, right }) => (right === null ? name : `${name} ${right} of ${of}`))
      .join(", ");
    const found = options ? `Images classified correctly: ${shown}` : `The choices are ${shown}`;
    if (context.terminal && process.stdin.isTTY) {
      context.error(`The model file does not specify how its input is normalised. ${found}.\n`);
      const chosen = await ask(context, choices);
      if (chosen) return chosen;
    }
    throw new UsageError(
      `--normalise is required: the model file does not specify how its input is normalised. ${found}. Choose one, or pass --scale, --mean and --std`,
      { cause: error },
    );
  }
}
