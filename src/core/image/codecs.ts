/** Access to the codecs' WebAssembly. */
import jpegFactory from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import { initSync as initPng } from "@jsquash/png/codec/pkg/squoosh_png.js";
import { initSync as initResize } from "@jsquash/resize/lib/resize/pkg/squoosh_resize.js";
import webpFactory from "@jsquash/webp/codec/dec/webp_dec.js";
import { createDecoder, type Decoder } from "./decoder.ts";
import type { Rgba } from "./rgba.ts";

/** The compiled WebAssembly of the codecs; imported in a Worker, read from disk in Node. */
export interface CodecModules {
  /** `@jsquash/png/codec/pkg/squoosh_png_bg.wasm` */
  readonly png: WebAssembly.Module;
  /** `@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm` */
  readonly jpeg: WebAssembly.Module;
  /** `@jsquash/webp/codec/dec/webp_dec.wasm` */
  readonly webp: WebAssembly.Module;
  /** `@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm` */
  readonly resize: WebAssembly.Module;
}

/** The exports of a codec instance; the packages' own types depend on browser globals. */
interface JpegCodec {
  decode(bytes: Uint8Array, turnUpright: boolean): Rgba | null;
}
interface WebpCodec {
  decode(bytes: Uint8Array): Rgba | null;
}

interface Decoders {
  readonly jpeg: Decoder;
  readonly webp: Decoder;
}

let decoders: Decoders | undefined;

/**
 * Passes the WebAssembly to the codecs. Call it once, before anything is decoded, encoded or resized.
 * Instances are created synchronously, because `WebAssembly.instantiate` is replaced while onnxruntime-web
 * initialises.
 */
export function initCodecs(modules: CodecModules): void {
  initPng(modules.png);
  initResize(modules.resize);
  decoders = {
    jpeg: createDecoder<JpegCodec>(jpegFactory, modules.jpeg, (codec, bytes) => codec.decode(bytes, false)),
    webp: createDecoder<WebpCodec>(webpFactory, modules.webp, (codec, bytes) => codec.decode(bytes)),
  };
}

/** The decoders of JPEG and WebP. @throws Error before {@link initCodecs} */
export function useDecoders(): Decoders {
  if (decoders === undefined) throw new Error("initCodecs must be called before an image is decoded");
  return decoders;
}
