/** Builds the package's `dist/`: JavaScript and declarations, WebAssembly and the shipped models, laid out as the sources. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ModelEntry } from "../../src/core/model/entry.ts";

const { resolve } = createRequire(import.meta.url);

/** What browsers fetch, by the name that src/browser/modules.ts gives it. */
const wasm = {
  kernel: "build/kernel.wasm",
  onnxruntime: resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"),
  png: resolve("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
  jpeg: resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
  webp: resolve("@jsquash/webp/codec/dec/webp_dec.wasm"),
  resize: resolve("@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm"),
};

/** @param models the models folder, of which these are the entries; the kernel must have been built */
export async function buildLibrary(models: string, entries: readonly ModelEntry[]): Promise<void> {
  rmSync("dist", { recursive: true, force: true });
  execFileSync("node_modules/.bin/tsc", ["--project", "tsconfig.library.json"], { stdio: "inherit" });
  mkdirSync("dist/build/wasm", { recursive: true });
  for (const [name, file] of Object.entries(wasm)) cpSync(file, `dist/build/wasm/${name}.wasm`);
  cpSync("build/kernel.wasm", "dist/build/kernel.wasm");
  // The package has its models in dist/models.
  const assets = join("build/public", "models");
  cpSync("build/public", "dist/build/public", { recursive: true, filter: (path) => path !== assets });
  for (const { manifest, onnx } of entries) {
    const folder = join("dist/models", manifest.id);
    for (const file of ["manifest.json", "LICENSE", "NOTICE"]) {
      const source = join(models, manifest.id, file);
      if (existsSync(source)) cpSync(source, join(folder, file));
    }
    writeFileSync(join(folder, "model.onnx"), new Uint8Array(await onnx()));
  }
}
