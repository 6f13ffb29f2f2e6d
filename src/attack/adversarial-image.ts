import type { Raster } from "../kernel/raster.ts";
import type { ChangedPixel } from "./result.ts";

/** The 8-bit samples of a colour word (see `Candidates`). */
function samplesOf(colour: number, channels: Raster["channels"]): number[] {
  return channels === 1 ? [colour] : [colour >>> 16, (colour >>> 8) & 255, colour & 255];
}

/** A copy of `image` with the pixels of one candidate changed. */
export function applyCandidate(image: Raster, words: Uint32Array): Raster {
  const data = image.data.slice();
  for (let at = 0; at < words.length; at += 2) {
    data.set(samplesOf(words[at + 1]!, image.channels), words[at]! * image.channels);
  }
  return { ...image, data };
}

function hexColour(image: Raster, position: number): string {
  const start = position * image.channels;
  const [r, g = r, b = r] = image.data.subarray(start, start + image.channels);
  return `#${((r! << 16) | (g! << 8) | b!).toString(16).padStart(6, "0")}`;
}

/** The pixels in which two images of one size differ, in reading order. */
export function changedPixels(before: Raster, after: Raster): ChangedPixel[] {
  const changes: ChangedPixel[] = [];
  for (let position = 0; position < before.width * before.height; position++) {
    const from = hexColour(before, position);
    const to = hexColour(after, position);
    if (from === to) continue;
    const x = position % before.width;
    changes.push({ x, y: (position - x) / before.width, from, to });
  }
  return changes;
}
