import { decode, encode } from "@jsquash/png/codec/pkg/squoosh_png.js";
import type { Raster } from "../raster.ts";
import { flatten, toGrey, toRgba } from "../rgba.ts";
import { checkPng } from "./check.ts";
import { readChunks, writeChunks } from "./chunks.ts";

/**
 * Encodes a raster as PNG without loss: the same raster gives the same bytes on any machine.
 * @param raster RGB or greyscale, 8 bits a sample
 *
 * @example
 * ```ts
 * const grey = { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) };
 * writeFileSync("grey.png", encodePng(grey));
 * ```
 */
export function encodePng(raster: Raster): Uint8Array<ArrayBuffer> {
  const { width, height, data } = toRgba(raster);
  return new Uint8Array(encode(data, width, height, 8));
}

/**
 * Decodes a PNG: transparent pixels are drawn on white, 16-bit samples lose their low byte, colour profiles
 * are not applied.
 * @throws {ImageError} unless it is a valid PNG, not animated and within the limits
 */
export async function decodePng(bytes: Uint8Array, channels: Raster["channels"]): Promise<Raster> {
  const image = flatten(decode(await checkPng(bytes)));
  return channels === 1 ? toGrey(image) : image;
}

/**
 * Adds a string to a PNG in a tEXt chunk (PNG specification, third edition, section 11.3.3.2).
 * @param keyword 1–79 Latin-1 characters
 * @param text Latin-1 characters
 */
export function addText(png: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  const [header, ...rest] = readChunks(png);
  const data = Uint8Array.from(`${keyword}\0${text}`, (character) => character.charCodeAt(0));
  return writeChunks([header!, { type: "tEXt", data }, ...rest]);
}
