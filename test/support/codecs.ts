import { readFileSync } from "node:fs";
import { initCodecs } from "../../src/core/image/codecs.ts";

const load = (path: string) =>
  new WebAssembly.Module(readFileSync(new URL(`../../node_modules/@jsquash/${path}`, import.meta.url)));

/** Hands the codecs their WebAssembly in Node. */
export function initCodecsInNode(): void {
  initCodecs({
    png: load("png/codec/pkg/squoosh_png_bg.wasm"),
    jpeg: load("jpeg/codec/dec/mozjpeg_dec.wasm"),
    webp: load("webp/codec/dec/webp_dec.wasm"),
    resize: load("resize/lib/resize/pkg/squoosh_resize_bg.wasm"),
  });
}

/** The bytes of a file of test/fixtures. */
export const fixture = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
