import type { Raster } from "../image/raster.ts";

/** The part of an image that its corner-colour changes depend on. */
export type ImageSize = Pick<Raster, "width" | "height" | "channels">;

/** The number of corner colours of a pixel: each channel is 0 or 255. */
export function coloursOf({ channels }: Pick<ImageSize, "channels">): number {
  return 2 ** channels;
}

/** The number of one-pixel corner-colour changes of an image. */
export function cornerCount(image: ImageSize): number {
  return image.width * image.height * coloursOf(image);
}
