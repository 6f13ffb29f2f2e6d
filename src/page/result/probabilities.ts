import type { Prediction } from "../../api/types.ts";

/** The probability of each label, in the order of the labels; of many labels, 0 for those that the service left out. */
export function probabilitiesOf(
  { probabilities, top = [] }: Prediction,
  labels: readonly string[],
): readonly number[] {
  if (probabilities) return probabilities;
  const known = new Map(top.map(({ label, probability }) => [label, probability]));
  return labels.map((label) => known.get(label) ?? 0);
}
