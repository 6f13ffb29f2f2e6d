import type { AuditImage, ImageSet } from "./definition.ts";
import { evaluationCount, evaluationImage } from "./evaluation-set.ts";

/** CIFAR-10's labels, in the order of its files. */
const CIFAR10_LABELS = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
] as const;

/** Whether a classifier has all labels of the evaluation images. */
export function knowsEvaluationLabels(labels: readonly string[]): boolean {
  return CIFAR10_LABELS.every((label) => labels.includes(label));
}

/**
 * The evaluation images of an audit, by index.
 * @param labels the classifier's labels, CIFAR-10's among them
 * @param file the evaluation images in CIFAR-10's binary format
 * @throws RangeError for more images than there are
 */
export function evaluationImages(
  { count, seed }: Extract<ImageSet, { name: "cifar10-test" }>,
  labels: readonly string[],
  file: ArrayBuffer,
): AuditImage[] {
  const size = evaluationCount(file);
  if (!(count >= 1 && count <= size))
    throw new RangeError(`There are ${size} evaluation images, not ${count}.`);
  const indices =
    seed === null ? Array.from({ length: count }, (_, index) => index) : sampleIndices(size, count, seed);
  return indices.map((index) => {
    const label = labels.indexOf(CIFAR10_LABELS[evaluationImage(file, index).label]!);
    return { index, label, samples: null };
  });
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
