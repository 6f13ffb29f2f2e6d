import type { Raster } from "../kernel/raster.ts";
import { ImageError } from "./error.ts";
import { decodePng } from "./png.ts";
import { isPng } from "./png-chunks.ts";

/** The formats that are read, by media type. */
export type ImageType = "image/png";

/** The format of an image, told from its first bytes; undefined where it is none that is read. */
export function sniffImage(bytes: Uint8Array): ImageType | undefined {
  if (isPng(bytes)) return "image/png";
  return undefined;
}

/**
 * Decodes an image, whatever its sender calls it: the format is told from the bytes.
 * @returns an RGB raster of the image's own size
 * @throws {ImageError} for anything but a sound, still image within the limits
 */
export async function decodeImage(bytes: Uint8Array): Promise<Raster> {
  switch (sniffImage(bytes)) {
    case "image/png":
      return decodePng(bytes, 3);
    case undefined:
      throw new ImageError("unsupported", "The bytes are not a PNG image. Send a PNG file.");
  }
}
