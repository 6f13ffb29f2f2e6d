/** A prediction as responses show it: of many labels, only the most probable ones. */
import type { Prediction } from "./attack/result.ts";

export const detailsOfPredictions = ["top", "all"] as const;
/** What of a prediction is shown: every probability, or the highest ones if there are many labels. */
export type PredictionDetail = (typeof detailsOfPredictions)[number];

/** The most labels of which every probability is shown by default. */
const MOST_LABELS = 100;
/** How many labels are shown of more. */
const TOP = 5;

/** A label with its probability. */
export interface RankedLabel {
  readonly label: string;
  readonly probability: number;
}

/** A prediction with `probabilities`, one for each label in the model's order, or with the `top` of many labels. */
export interface ShownPrediction extends RankedLabel {
  readonly probabilities?: readonly number[];
  readonly top?: readonly RankedLabel[];
}

/** Labels with their probabilities, highest first; equal ones keep the order of the labels. */
export function rankLabels(labels: readonly string[], probabilities: ArrayLike<number>): RankedLabel[] {
  return labels
    .map((label, index) => ({ label, probability: probabilities[index]! }))
    .sort((a, b) => b.probability - a.probability);
}

/** Of ranked labels those that are shown: all, or of many the first five and the `named` ones, which the request is about. */
export function shownLabels(
  ranked: readonly RankedLabel[],
  detail: PredictionDetail | undefined,
  named: readonly (string | null)[] = [],
): readonly RankedLabel[] {
  if (detail === "all" || ranked.length <= MOST_LABELS) return ranked;
  return ranked.filter(({ label }, rank) => rank < TOP || named.includes(label));
}

/**
 * A prediction as a response shows it.
 * @param labels of the model, in the order of the probabilities
 * @param named labels that are shown even if they are not among the most probable
 */
export function presentPrediction(
  { label, probability, probabilities }: Prediction,
  labels: readonly string[],
  detail: PredictionDetail | undefined,
  named: readonly (string | null)[],
): ShownPrediction {
  if (detail === "all" || labels.length <= MOST_LABELS) return { label, probability, probabilities };
  return { label, probability, top: shownLabels(rankLabels(labels, probabilities), detail, named) };
}
