import { initSync as initPng } from "@jsquash/png/codec/pkg/squoosh_png.js";
import { initSync as initResize } from "@jsquash/resize/lib/resize/pkg/squoosh_resize.js";

/** The compiled WebAssembly of the codecs; imported in a Worker, read from disk in Node. */
export interface CodecModules {
  /** `@jsquash/png/codec/pkg/squoosh_png_bg.wasm` */
  readonly png: WebAssembly.Module;
  /** `@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm` */
  readonly resize: WebAssembly.Module;
}

/**
 * Hands the codecs their WebAssembly: to be called once, before anything is decoded, encoded or resized.
 * Instances are made synchronously, because `WebAssembly.instantiate` belongs to onnxruntime-web alone while
 * that initialises.
 */
export function initCodecs(modules: CodecModules): void {
  initPng(modules.png);
  initResize(modules.resize);
}
