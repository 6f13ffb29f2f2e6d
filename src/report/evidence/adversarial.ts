import type { ChangedPixel } from "../../core/attack/result.ts";
import { pngDataUrl } from "../../core/image/data-url.ts";
import { encodePng } from "../../core/image/png/png.ts";
import type { Raster } from "../../core/image/raster.ts";

/** The adversarial image as a PNG data URL, made again from the unchanged one. */
export function adversarialUrl(image: Raster, changed: readonly ChangedPixel[]): string {
  const data = image.data.slice();
  for (const { x, y, to } of changed) {
    const samples = [1, 3, 5].map((at) => Number.parseInt(to.slice(at, at + 2), 16));
    data.set(samples.slice(0, image.channels), (y * image.width + x) * image.channels);
  }
  return pngDataUrl(encodePng({ ...image, data }));
}
