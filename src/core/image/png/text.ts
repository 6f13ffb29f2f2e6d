import { readChunks, writeChunks } from "./chunks.ts";

/**
 * Adds a text to a PNG in a tEXt chunk (PNG specification, third edition, section 11.3.3.2).
 * @param keyword 1–79 Latin-1 characters
 * @param text Latin-1 characters
 */
export function addText(png: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  const [header, ...rest] = readChunks(png);
  const data = Uint8Array.from(`${keyword}\0${text}`, (character) => character.charCodeAt(0));
  return writeChunks([header!, { type: "tEXt", data }, ...rest]);
}
