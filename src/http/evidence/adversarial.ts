import type { ChangedPixel } from "../../attack/result.ts";
import { encodePng } from "../../image/png.ts";
import type { Raster } from "../../kernel/raster.ts";
import { pngDataUrl } from "../data-url.ts";

/** The adversarial image as a PNG data URL, made again from the unchanged one. */
export function adversarialUrl(image: Raster, changed: readonly ChangedPixel[]): string {
  const data = image.data.slice();
  for (const { x, y, to } of changed) {
    const samples = [1, 3, 5].map((at) => Number.parseInt(to.slice(at, at + 2), 16));
    data.set(samples.slice(0, image.channels), (y * image.width + x) * image.channels);
  }
  return pngDataUrl(encodePng({ ...image, data }));
}
