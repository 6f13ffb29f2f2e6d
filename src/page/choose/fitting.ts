import type { Model, Sample } from "../../api/types.ts";

/** Whether a sample can be attacked on a model: the model has its label. */
export const fits = (sample: Sample, model: Pick<Model, "labels">): boolean =>
  model.labels.includes(sample.label);

/**
 * The sample to show when the model changes: the chosen one, or where that does not fit, the first that does.
 * @param name the chosen sample; null for a picture of the user's own, which stays
 */
export function fittingSample(
  name: string | null,
  samples: readonly Sample[],
  model: Pick<Model, "labels">,
): string | null {
  const chosen = samples.find((sample) => sample.name === name);
  if (chosen === undefined || fits(chosen, model)) return name;
  return samples.find((sample) => fits(sample, model))?.name ?? null;
}
