/** The WebAssembly that the library runs on, read from disk. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Modules } from "../core/environment.ts";
import type { CodecModules } from "../core/image/codecs.ts";

const { resolve } = createRequire(import.meta.url);

/** A WebAssembly file of an installed package, compiled. */
function packaged(path: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(resolve(path)));
}

/** The bytes of the kernel that `npm run build` made. */
export const kernelFile = () =>
  new Uint8Array(readFileSync(new URL("../../build/kernel.wasm", import.meta.url)));

/** The kernel that `npm run build` made. */
export function kernelModule(): WebAssembly.Module {
  return new WebAssembly.Module(kernelFile());
}

export function codecModules(): CodecModules {
  return {
    png: packaged("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
    jpeg: packaged("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
    webp: packaged("@jsquash/webp/codec/dec/webp_dec.wasm"),
    resize: packaged("@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm"),
  };
}

let modules: Modules | undefined;

/** Everything for `init`, read and compiled once. */
export function nodeModules(): Modules {
  modules ??= {
    kernel: kernelModule(),
    onnxruntime: packaged("onnxruntime-web/ort-wasm-simd-threaded.wasm"),
    codecs: codecModules(),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  };
  return modules;
}
