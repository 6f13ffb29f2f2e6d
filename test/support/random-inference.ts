/** Queries about random networks. */
import type { Raster } from "../../src/core/image/raster.ts";
import type { Generator } from "./kernel/reference-random.ts";
import type { Recipe } from "./random-network.ts";

/** What the manifest of a random network says. */
export function interfaceOf({ width, height, channels, layout, output, labels }: Recipe) {
  const all = (value: number): number[] => Array.from({ length: channels }, () => value);
  return {
    input: { width, height, channels, layout, scale: 1 / 255, mean: all(0.4), std: all(0.3) },
    labels: Array.from({ length: labels }, (_, i) => `label ${i}`),
    output,
  };
}

/** One to five changed pixels at random, and the image with them. */
export function candidateOf(image: Raster, random: Generator): { encoded: Uint32Array; changed: Raster } {
  const positions = image.width * image.height;
  const pixels = 1 + random.below(Math.min(5, positions));
  const first = random.below(positions);
  const encoded = new Uint32Array(pixels * 2);
  const data = image.data.slice();
  for (let i = 0; i < pixels; i++) {
    const position = (first + i * 7) % positions;
    const colour = random.below(1 << (8 * image.channels));
    encoded.set([position, colour], i * 2);
    for (let channel = 0; channel < image.channels; channel++) {
      data[position * image.channels + channel] = colour >> (8 * (image.channels - 1 - channel));
    }
  }
  return { encoded, changed: { ...image, data } };
}
