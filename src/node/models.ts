/** The models folder, read from disk: for the build, the scripts, the bench and the tests in Node. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type ModelEntry, modelInMemory } from "../core/model/entry.ts";
import { ManifestError, parseManifest } from "../core/model/manifest.ts";
import { createRuntime, type Runtime } from "../core/model/runtime.ts";
import { readOnnx } from "./onnx-file.ts";

/** SHA-256, hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Every model of a models folder, in alphabetical order. A folder in it is a model if it holds a manifest.json.
 * @throws ManifestError naming the file and what is wrong with it
 */
export function readModels(folder: string): ModelEntry[] {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => existsSync(join(folder, name, "manifest.json")))
    .sort()
    .map((id) => {
      const file = join(folder, id, "manifest.json");
      const manifest = parseManifest(readFileSync(file, "utf8"), file, id);
      const model = join(folder, id, "model.onnx");
      if (!existsSync(model)) throw new ManifestError(`${file}: there is no model.onnx beside it`);
      const bytes = readOnnx(model);
      return modelInMemory(manifest, bytes.buffer, sha256(bytes));
    });
  if (entries.length === 0) throw new ManifestError(`${folder}: contains no folder with a manifest.json`);
  const defaults = entries.filter(({ manifest }) => manifest.default);
  if (defaults.length > 1) {
    const files = defaults.map(({ manifest }) => join(folder, manifest.id, "manifest.json"));
    throw new ManifestError(`${files.join(" and ")}: only one model can say "default": true`);
  }
  return entries;
}

/** onnxruntime-web in Node, on the same module that the Worker bundles. */
export function nodeRuntime(): Runtime {
  const file = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  return createRuntime(new WebAssembly.Module(readFileSync(file)));
}
