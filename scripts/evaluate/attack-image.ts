/** One attack of an evaluation, on one image of the evaluation set. */

import type { AttackSettings } from "../../src/core/attack/options/settings.ts";
import { attack } from "../../src/core/attack/run.ts";
import type { EvaluationSet } from "../../src/core/audit/evaluation-set.ts";
import type { ImageOutcome } from "../../src/core/audit/outcome.ts";
import { outcomeOf } from "../../src/core/audit/outcome-of.ts";
import { stretch } from "../../src/core/image/stretch.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";

/** One attack to make. */
export interface Task {
  /** The image's index in the evaluation set. */
  readonly index: number;
  readonly settings: AttackSettings;
}

/** Attacks one image; its true label is the classifier's label of the same name. */
export async function attackEvaluationImage(
  { index, settings }: Task,
  classifier: Classifier,
  set: EvaluationSet,
  kernelModule: WebAssembly.Module,
): Promise<ImageOutcome> {
  const { labels, input } = classifier.manifest;
  const label = set.labelOf(index);
  const fitted = stretch(await set.image(index), input);
  const result = await attack({ classifier, kernelModule, image: fitted, settings: { ...settings, label } });
  return outcomeOf(result, index, labels);
}

/**
 * Indices of the first images that a classifier gets right.
 * @param from the index of the first image that is classified
 * @throws Error if there are fewer
 */
export async function correctImages(
  classifier: Classifier,
  set: EvaluationSet,
  wanted: number,
  from = 0,
): Promise<number[]> {
  const { labels, input } = classifier.manifest;
  const indices: number[] = [];
  for (let index = from; index < set.count && indices.length < wanted; index++) {
    const probabilities = await classifier.probabilities(stretch(await set.image(index), input));
    if (probabilities[labels.indexOf(set.labelOf(index))] === Math.max(...probabilities)) indices.push(index);
  }
  if (indices.length < wanted) {
    throw new Error(`--images ${wanted}: only ${indices.length} evaluation images are classified correctly.`);
  }
  return indices;
}
