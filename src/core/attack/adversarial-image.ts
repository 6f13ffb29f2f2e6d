import type { Raster } from "../image/raster.ts";
import { applyCandidate, samplesOf } from "../oracle/apply-candidate.ts";
import type { ChangedPixel } from "./result.ts";

function hexOf([r, g = r, b = r]: ArrayLike<number> & Iterable<number>): string {
  return `#${((r! << 16) | (g! << 8) | b!).toString(16).padStart(6, "0")}`;
}

/** An encoded colour as `#rrggbb`. */
export function hexColour(colour: number, channels: Raster["channels"]): string {
  return hexOf(samplesOf(colour, channels));
}

/** The encoded colour of a pixel of the image. */
export function colourAt({ data, channels }: Raster, position: number): number {
  return data
    .subarray(position * channels, (position + 1) * channels)
    .reduce((word, s) => (word << 8) | s, 0);
}

function hexAt({ data, channels }: Raster, position: number): string {
  return hexOf(data.subarray(position * channels, (position + 1) * channels));
}

/** A pixel and its new colour, `#rrggbb`. */
export interface ColouredPixel {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

/**
 * A copy of `image` with these pixels changed.
 * @throws RangeError for a pixel outside the image, or a colour that a greyscale image cannot have
 */
export function withPixels(image: Raster, pixels: readonly ColouredPixel[]): Raster {
  const { width, height, channels } = image;
  const encoded = pixels.flatMap(({ x, y, colour }) => {
    if (x >= width || y >= height) {
      throw new RangeError(`x ${x}, y ${y} is outside the image of ${width}×${height} pixels`);
    }
    const word = Number.parseInt(colour.slice(1), 16);
    const sample = channels === 1 ? word & 255 : word;
    if (hexColour(sample, channels) !== colour) {
      throw new RangeError(`${colour} is not grey, and the image is greyscale`);
    }
    return [y * width + x, sample];
  });
  return applyCandidate(image, Uint32Array.from(encoded));
}

/** The pixels in which two images of one size differ, in reading order. */
export function changedPixels(before: Raster, after: Raster): ChangedPixel[] {
  const changes: ChangedPixel[] = [];
  const { width, height, channels } = before;
  for (let position = 0; position < width * height; position++) {
    let at = position * channels;
    const end = at + channels;
    while (at < end && before.data[at] === after.data[at]) at++;
    if (at === end) continue;
    const x = position % width;
    changes.push({ x, y: (position - x) / width, from: hexAt(before, position), to: hexAt(after, position) });
  }
  return changes;
}
