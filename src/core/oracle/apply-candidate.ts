import type { Raster } from "../image/raster.ts";

/** The 8-bit samples of an encoded colour (see `Candidates`). */
export function samplesOf(colour: number, channels: Raster["channels"]): number[] {
  return channels === 1 ? [colour] : [colour >>> 16, (colour >>> 8) & 255, colour & 255];
}

/** A copy of `image` with the pixels of one candidate changed. */
export function applyCandidate(image: Raster, encoded: Uint32Array): Raster {
  const data = image.data.slice();
  for (let at = 0; at < encoded.length; at += 2) {
    data.set(samplesOf(encoded[at + 1]!, image.channels), encoded[at]! * image.channels);
  }
  return { ...image, data };
}
