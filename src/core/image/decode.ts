import { useDecoders } from "./codecs.ts";
import { ImageError } from "./error.ts";
import { checkJpeg, isJpeg } from "./jpeg-check.ts";
import { orient, readOrientation } from "./orientation.ts";
import { isPng, readChunks } from "./png/chunks.ts";
import { decodePng } from "./png/png.ts";
import type { Raster } from "./raster.ts";
import { flatten } from "./rgba.ts";
import { checkWebp, isWebp } from "./webp-check.ts";

/** The supported formats, by media type. */
export type ImageType = "image/png" | "image/jpeg" | "image/webp";

/** The format of an image, detected from its first bytes; undefined if it is not supported. */
export function sniffImage(bytes: Uint8Array): ImageType | undefined {
  if (isPng(bytes)) return "image/png";
  if (isJpeg(bytes)) return "image/jpeg";
  if (isWebp(bytes)) return "image/webp";
  return undefined;
}

/**
 * Decodes an image. The format is detected from the bytes. Transparent pixels are drawn on white, 16-bit
 * samples lose their low byte, colour profiles are not applied, and EXIF orientation is applied.
 * @returns an RGB raster of the image's own size
 * @throws {ImageError} unless the image is valid, not animated and within the limits
 *
 * @example
 * ```ts
 * const { width, height, data } = await decodeImage(readFileSync("models/samples/cifar10/cat-3.png"));
 * console.log(width, height, data.length); // 32 32 3072
 * ```
 */
export async function decodeImage(bytes: Uint8Array): Promise<Raster> {
  switch (sniffImage(bytes)) {
    case "image/png": {
      const image = await decodePng(bytes, 3);
      const exif = readChunks(bytes).find((chunk) => chunk.type === "eXIf")?.data;
      return orient(image, readOrientation(exif));
    }
    case "image/jpeg": {
      const { exif } = checkJpeg(bytes);
      return orient(flatten(await useDecoders().jpeg(bytes)), readOrientation(exif));
    }
    case "image/webp": {
      const { exif } = checkWebp(bytes);
      return orient(flatten(await useDecoders().webp(bytes)), readOrientation(exif));
    }
    case undefined:
      throw new ImageError("unsupported", "The bytes are not a PNG, JPEG or WebP image. Send one of these.");
  }
}
