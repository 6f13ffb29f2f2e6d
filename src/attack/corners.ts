import type { Raster } from "../kernel/raster.ts";

/** The number of corner colours of a pixel: each channel is 0 or 255. */
export function coloursOf({ channels }: Pick<Raster, "channels">): number {
  return 2 ** channels;
}

/** The number of one-pixel corner-colour changes of an image. */
export function cornerCount(image: Pick<Raster, "width" | "height" | "channels">): number {
  return image.width * image.height * coloursOf(image);
}
