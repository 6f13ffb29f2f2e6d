import type { AuditImage, EvaluationImages } from "./definition.ts";
import { type EvaluationManifest, type EvaluationSet, requireLabels } from "./evaluation-set.ts";

/** What an audit says of the first `count` images of a set, or with a seed of a sample of them. */
export const imagesOf = (
  { id, labelledBy }: Pick<EvaluationManifest, "id" | "labelledBy">,
  count: number,
  seed: number | null,
): EvaluationImages => ({ set: id, count, seed, ...(labelledBy !== undefined && { labelledBy }) });

/**
 * The evaluation images of an audit, by index, with their labels matched by name.
 * @throws RangeError for more images than there are
 * @throws MissingLabelError for a classifier that lacks a label of the set
 */
export function evaluationImages(
  { count, seed }: EvaluationImages,
  model: { readonly id: string; readonly labels: readonly string[] },
  set: EvaluationSet,
): AuditImage[] {
  requireLabels(set, model);
  if (!(count >= 1 && count <= set.count)) {
    throw new RangeError(`The evaluation set ${set.id} has ${set.count} images, not ${count}.`);
  }
  const indices =
    seed === null
      ? Array.from({ length: count }, (_, index) => index)
      : sampleIndices(set.count, count, seed);
  return indices.map((index) => ({ index, label: model.labels.indexOf(set.labelOf(index)), samples: null }));
}

/**
 * A sample without repetition: the `count` indices below `size` whose mixed keys are the smallest, in
 * ascending order. The same seed gives the same sample, and a larger sample contains a smaller one.
 * @throws RangeError unless 0 ≤ count ≤ size
 */
export function sampleIndices(size: number, count: number, seed: number): number[] {
  if (!(count >= 0 && count <= size)) {
    throw new RangeError(`A sample of ${count} from ${size} is not possible.`);
  }
  const keys = Array.from({ length: size }, (_, index) => ({ index, key: mix(mix(seed) ^ index) }));
  return keys
    .toSorted((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ index }) => index)
    .toSorted((a, b) => a - b);
}

/** The finaliser of MurmurHash3 (Appleby 2011): a bijection of 32-bit numbers that looks random. */
function mix(value: number): number {
  let hash = value + 0x9e3779b9;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
