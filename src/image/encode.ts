import { encode } from "@jsquash/png/codec/pkg/squoosh_png.js";
import type { Raster } from "../kernel/raster.ts";
import { readChunks, writeChunks } from "./png-chunks.ts";
import { toRgba } from "./rgba.ts";

/**
 * Encodes a raster as PNG without loss: the same raster gives the same bytes on any machine.
 * @param text Latin-1 texts by keyword (1–79 characters), each stored in a tEXt chunk
 */
export function encodePng(
  raster: Raster,
  text: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { width, height, data } = toRgba(raster);
  const [header, ...rest] = readChunks(encode(data, width, height, 8));
  const texts = Object.entries(text).map(([keyword, value]) => ({
    type: "tEXt",
    data: Uint8Array.from(`${keyword}\0${value}`, (character) => character.charCodeAt(0)),
  }));
  return writeChunks([header!, ...texts, ...rest]);
}
