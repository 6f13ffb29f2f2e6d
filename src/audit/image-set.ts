import type { ImageSet } from "./definition.ts";

/** The indices of an audit's images, ascending. `size` is how many images the named set has. */
export function imageIndices(images: ImageSet, size: number): number[] {
  if (images.name === "cifar10-test" && images.sample !== null) {
    return sampleIndices(size, images.count, images.sample);
  }
  return Array.from({ length: images.count }, (_, index) => index);
}

/**
 * A sample without repetition: the `count` indices below `size` whose mixed keys are the smallest, in
 * ascending order. The same seed gives the same sample, and a larger sample contains a smaller one.
 * @throws RangeError unless 0 ≤ count ≤ size
 */
export function sampleIndices(size: number, count: number, seed: number): number[] {
  if (!(count >= 0 && count <= size))
    throw new RangeError(`A sample of ${count} from ${size} is not possible.`);
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
