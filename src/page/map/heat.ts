/** Colours of the vulnerability map. */
import type { MapPixel } from "../service/api.ts";

type Colour = readonly [number, number, number];

/** From "holds" through "nearly fooled"; pixels that fool take the last colour. Lightness rises all the way. */
export const holds: Colour = [38, 30, 52];
export const nearly: Colour = [222, 38, 160];
export const fools: Colour = [255, 232, 92];

/** How much of the picture shows through where a pixel holds. */
const PICTURE_SHARE = 0.55;

function mix(from: Colour, to: Colour, share: number): Colour {
  return [0, 1, 2].map(
    (channel) => from[channel]! + (to[channel]! - from[channel]!) * share,
  ) as unknown as Colour;
}

/**
 * How far one pixel takes the classifier from its answer towards another.
 * @param before the margin of the unchanged picture, above 0
 * @returns 0 for not at all, 1 for all the way
 */
export function vulnerability({ margin, fooling }: MapPixel, before: number): number {
  if (fooling.length > 0) return 1;
  return Math.min(1, Math.max(0, (before - margin) / before));
}

/** The picture in grey, each pixel coloured by how far it alone takes the classifier. */
export function heatMap(image: ImageData, pixels: readonly MapPixel[], before: number): ImageData {
  const heat = new ImageData(image.data.slice(), image.width, image.height);
  for (const pixel of pixels) {
    const at = (pixel.y * image.width + pixel.x) * 4;
    const [r, g, b] = image.data.subarray(at, at + 3);
    const grey = 0.3 * r! + 0.59 * g! + 0.11 * b!;
    const ground = mix(holds, [grey, grey, grey], PICTURE_SHARE);
    const colour = pixel.fooling.length > 0 ? fools : mix(ground, nearly, vulnerability(pixel, before));
    heat.data.set(colour.map(Math.round), at);
  }
  return heat;
}
