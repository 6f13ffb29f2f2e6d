import type { ImageOutcome } from "../outcome.ts";
import { groupBy } from "./group-by.ts";

/** How many images need how many pixels. */
export interface MinimalPixels {
  /** Images classified correctly, without a failed attack. */
  readonly n: number;
  /** `[k, images]`, k ascending: the images that k pixels fool and no smaller k that was tried. */
  readonly counts: readonly (readonly [pixels: number, images: number])[];
  /** Images that nothing fooled. */
  readonly survived: number;
}

/**
 * The distribution of the fewest pixels that fool an image, over all rows of an audit. Each success
 * counts with the pixels that it really changed, whatever it was allowed.
 */
export function minimalPixels(outcomes: readonly ImageOutcome[]): MinimalPixels {
  const images = [...groupBy(outcomes, ({ index }) => index).values()].filter((attacks) =>
    attacks.every(({ status }) => status === "fooled" || status === "survived"),
  );
  const fewest = images.map((attacks) =>
    Math.min(...attacks.map(({ status, changed }) => (status === "fooled" ? changed.length : Infinity))),
  );
  const counts = [...groupBy(fewest, (pixels) => pixels)]
    .map(([pixels, found]) => [pixels, found.length] as const)
    .filter(([pixels]) => Number.isFinite(pixels))
    .toSorted(([a], [b]) => a - b);
  return { n: images.length, counts, survived: fewest.filter((pixels) => pixels === Infinity).length };
}
