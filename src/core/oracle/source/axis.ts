import type { ImageSize } from "../../image/raster.ts";

/** A length resized: each output is a weighted sum of neighbouring inputs. */
export interface Axis {
  /** For each output, the first input that counts. */
  readonly starts: Int32Array;
  /** For each output, the weights of the inputs from there on; they add up to 1. */
  readonly weights: readonly Float32Array[];
  /** For each input, the first and the last output that it counts in. */
  readonly first: Int32Array;
  readonly last: Int32Array;
}

const { abs, ceil, floor, fround, max, min } = Math;

/** The triangle filter, in the single precision in which the codec computes it. */
const triangle = (x: number): number => {
  const distance = fround(abs(x));
  return distance < 1 ? fround(1 - distance) : 0;
};

/** The weights that resize a length of `from` samples to `to`, as `stretch` does. */
export function resizeAxis(from: number, to: number): Axis {
  const ratio = from / to;
  const scale = max(1, ratio);
  const radius = ceil(scale);
  const inside = (place: number) => min(max(place, 0), from - 1);
  const starts = new Int32Array(to);
  const first = new Int32Array(from).fill(to);
  const last = new Int32Array(from).fill(-1);
  const weights = Array.from({ length: to }, (_, output) => {
    const centre = (output + 0.5) * ratio - 0.5;
    const start = inside(ceil(centre - radius));
    const end = inside(floor(centre + radius));
    const heights = Array.from({ length: end - start + 1 }, (_, i) => triangle((start + i - centre) / scale));
    const sum = heights.reduce((total, height) => total + height, 0);
    starts[output] = start;
    for (let input = start; input <= end; input++) {
      if (heights[input - start] === 0) continue;
      first[input] = min(first[input]!, output);
      last[input] = output;
    }
    return Float32Array.from(heights, (height) => height / sum);
  });
  return { starts, weights, first, last };
}

/** The most outputs that one input counts in. */
export const mostOutputs = ({ first, last }: Axis): number =>
  first.reduce((most, start, input) => max(most, last[input]! - start + 1), 0);

/** About how many outputs an input counts in, when a length of `from` samples is resized to `to`. */
const touchedBy = (from: number, to: number): number => (from === to ? 1 : 2 * Math.max(1, to / from));

/** About how many pixels of the resized image one pixel of an image touches; 1 if its size stays. */
export function touchedPixels(image: ImageSize, size: Pick<ImageSize, "width" | "height">): number {
  return touchedBy(image.width, size.width) * touchedBy(image.height, size.height);
}
