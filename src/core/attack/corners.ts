import type { ImageSize } from "../image/raster.ts";

/** The number of corner colours of a pixel: each channel is 0 or 255. */
export function coloursOf({ channels }: Pick<ImageSize, "channels">): number {
  return 2 ** channels;
}

/** The number of one-pixel corner-colour changes of an image. */
export function cornerCount(image: ImageSize): number {
  return image.width * image.height * coloursOf(image);
}
