/** A classifier whose normalisation nobody has said: what each choice does to its accuracy, and the question. */
import { createInterface } from "node:readline/promises";
import type { Classifier } from "../core/model/classifier.ts";
import type { RecipeName } from "../core/model/propose/normalisation.ts";
import type { Model } from "../node/index.ts";
import { UnknownNormalisation } from "../node/open-model.ts";
import { imageFor } from "./audit/attack-image.ts";
import { type DataSetOptions, readDataSet } from "./audit/data-set.ts";
import { type Io, UsageError } from "./io.ts";

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

async function ask(io: Io, choices: readonly Choice[]): Promise<Model> {
  const lines = createInterface({ input: process.stdin, output: io.terminal });
  try {
    for (;;) {
      const answer = (await lines.question("Which one? ")).trim();
      const found = choices.find(({ name }) => name === answer);
      if (found) return found.model;
    }
  } finally {
    lines.close();
  }
}

/**
 * The model, with a normalisation that the user chooses where it is not known.
 * @param open loads the model
 * @param options labelled images to try the choices on; null where there are none
 * @throws UsageError that shows the choices, where there is nobody to ask
 */
export async function withNormalisation(
  io: Io,
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
    const found = options ? `The classifier is right on: ${shown}` : `The choices are ${shown}`;
    if (io.terminal && process.stdin.isTTY) {
      io.error(`The model's file does not say how its input is normalised. ${found}.\n`);
      return ask(io, choices);
    }
    throw new UsageError(
      `--normalise is needed: the model's file does not say how its input is normalised. ${found}. Choose one, or say --scale, --mean and --std`,
      { cause: error },
    );
  }
}
