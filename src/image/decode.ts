import { decode as decodePng } from "@jsquash/png/codec/pkg/squoosh_png.js";
import type { Raster } from "../kernel/raster.ts";
import { ImageError } from "./error.ts";
import { checkPng } from "./png-check.ts";
import { isPng } from "./png-chunks.ts";
import { flatten } from "./rgba.ts";

/**
 * Decodes an image, whatever its sender calls it: the format is told from the bytes.
 * Transparency is laid on white, 16-bit samples lose their low byte, colour profiles are not applied.
 * @returns an RGB raster of the image's own size
 * @throws {ImageError} for anything but a sound, still image within the limits
 */
export async function decodeImage(bytes: Uint8Array): Promise<Raster> {
  if (isPng(bytes)) return flatten(decodePng(await checkPng(bytes)));
  throw new ImageError("unsupported", "The bytes are not a PNG image. Send a PNG file.");
}
