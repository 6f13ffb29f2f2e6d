import type { Model, Sample } from "../../api/types.ts";

type Fitted = Pick<Model, "labels" | "samples">;

/** Whether a sample is shown with a model: it is of the model's set, or of its labels where the model names no set. */
export const fits = (sample: Pick<Sample, "label" | "set">, { labels, samples }: Fitted): boolean =>
  samples === undefined ? labels.includes(sample.label) : sample.set === samples;

/**
 * The sample to show when the model changes: the chosen one, or where that does not fit, the first that does.
 * @param name the chosen sample; null for a picture of the user's own, which stays
 */
export function fittingSample(name: string | null, samples: readonly Sample[], model: Fitted): string | null {
  const chosen = samples.find((sample) => sample.name === name);
  if (chosen === undefined || fits(chosen, model)) return name;
  return samples.find((sample) => fits(sample, model))?.name ?? null;
}
