import type { Raster } from "../../image/raster.ts";
import { samplesOf } from "../apply-candidate.ts";
import { mostOutputs, resizeAxis } from "./axis.ts";

const { floor, fround, min } = Math;

/** Resizes an image, and again where few of its pixels change. */
export interface Resampler {
  /** The image at the new size: the same bytes as from `stretch`. */
  readonly resized: Raster;
  /** The most pixels of the resized image that one pixel of the image changes. */
  readonly touched: number;
  /**
   * What a candidate changes in the resized image.
   * @param encoded changed pixels of the image, see `Candidates`
   * @returns the pixels of the resized image that differ then, encoded likewise, in ascending order of position
   */
  changed(encoded: Uint32Array): Uint32Array;
}

/**
 * Prepares an image for resizing over and over with some of its pixels changed. It costs what the changed pixels touch:
 * with a photo of 640 × 427 pixels at 224 × 224, four pixels each.
 *
 * The filter, its precision and the order of its sums (rows first) are those of the codec that `stretch` uses, so that the
 * bytes are the same; a test compares them.
 * @param image in the channels of `size`
 */
export function createResampler(
  image: Raster,
  { width, height }: Pick<Raster, "width" | "height">,
): Resampler {
  const { channels } = image;
  const across = resizeAxis(image.width, width);
  const down = resizeAxis(image.height, height);
  const samples = image.data.slice();
  /** Each row of the image at the new width. */
  const rows = new Float32Array(image.height * width * channels);
  const data = new Uint8Array(height * width * channels);

  const resizeRow = (y: number, x: number) => {
    const weights = across.weights[x]!;
    const start = (y * image.width + across.starts[x]!) * channels;
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let i = 0, at = start + channel; i < weights.length; i++, at += channels) {
        sum = fround(sum + fround(samples[at]! * weights[i]!));
      }
      rows[(y * width + x) * channels + channel] = sum;
    }
  };
  const sampleAt = (y: number, x: number, channel: number): number => {
    const weights = down.weights[y]!;
    let sum = 0;
    for (let i = 0, at = (down.starts[y]! * width + x) * channels + channel; i < weights.length; i++) {
      sum = fround(sum + fround(rows[at]! * weights[i]!));
      at += width * channels;
    }
    return min(255, floor(fround(sum + 0.5)));
  };

  for (let y = 0; y < image.height; y++) for (let x = 0; x < width; x++) resizeRow(y, x);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) data[at++] = sampleAt(y, x, channel);
    }
  }

  /** Calls `visit` for each position that a candidate changes, with its colour; a position may stand twice in a row. */
  const forEachChange = (encoded: Uint32Array, visit: (x: number, y: number, colour: number) => void) => {
    for (let at = 0; at < encoded.length; at += 2) {
      if (at > 0 && encoded[at] === encoded[at - 2]) continue;
      const x = encoded[at]! % image.width;
      visit(x, (encoded[at]! - x) / image.width, encoded[at + 1]!);
    }
  };
  /** Changes pixels, or restores them, and resizes the parts of their rows that they count in. */
  const setPixels = (encoded: Uint32Array, isRestored: boolean) => {
    forEachChange(encoded, (x, y, colour) => {
      const from = (y * image.width + x) * channels;
      const own = image.data.subarray(from, from + channels);
      samples.set(isRestored ? own : samplesOf(colour, channels), from);
    });
    forEachChange(encoded, (x, y) => {
      for (let to = across.first[x]!; to <= across.last[x]!; to++) resizeRow(y, to);
    });
  };
  const touchedBy = (encoded: Uint32Array): Uint32Array => {
    const positions = new Set<number>();
    forEachChange(encoded, (x, y) => {
      for (let toY = down.first[y]!; toY <= down.last[y]!; toY++) {
        for (let toX = across.first[x]!; toX <= across.last[x]!; toX++) positions.add(toY * width + toX);
      }
    });
    return Uint32Array.from(positions).sort();
  };

  return {
    resized: { width, height, channels, data },
    touched: mostOutputs(across) * mostOutputs(down),
    changed(encoded) {
      setPixels(encoded, false);
      const changes: number[] = [];
      for (const position of touchedBy(encoded)) {
        const x = position % width;
        const y = (position - x) / width;
        let colour = 0;
        let differs = false;
        for (let channel = 0; channel < channels; channel++) {
          const sample = sampleAt(y, x, channel);
          colour = (colour << 8) | sample;
          differs ||= sample !== data[position * channels + channel];
        }
        if (differs) changes.push(position, colour);
      }
      setPixels(encoded, true);
      return Uint32Array.from(changes);
    },
  };
}
