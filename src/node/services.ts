/** What the Worker gets from its bundle, read from disk: for scripts, bench and tests in Node. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type EvaluationSet, openEvaluationSet } from "../core/audit/evaluation-set.ts";
import { initCodecs } from "../core/image/codecs.ts";
import { createRegistry, type Registry } from "../core/model/registry.ts";
import { nodeRuntime, readModels } from "./models.ts";

const { resolve } = createRequire(import.meta.url);

/** A WebAssembly file of an installed package, compiled. */
function packaged(path: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(resolve(path)));
}

/** The kernel that `npm run build` made. */
export function kernelModule(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL("../../build/kernel.wasm", import.meta.url)));
}

/** The registry over a models folder, with the image codecs ready. */
export function nodeRegistry(folder = new URL("../../models", import.meta.url).pathname): Registry {
  initCodecs({
    png: packaged("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
    jpeg: packaged("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
    webp: packaged("@jsquash/webp/codec/dec/webp_dec.wasm"),
    resize: packaged("@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm"),
  });
  return createRegistry(readModels(folder), nodeRuntime());
}

const EVALUATION = new URL("../../models/evaluation/cifar10-test-1000.json", import.meta.url);

/** The evaluation set of models/evaluation/. */
export function evaluationSet(): EvaluationSet {
  return openEvaluationSet(JSON.parse(readFileSync(EVALUATION, "utf8")), evaluationFile());
}

/** The bytes of models/evaluation/cifar10-test-1000.bin. */
export function evaluationFile(): ArrayBuffer {
  const bytes = readFileSync(new URL("../../models/evaluation/cifar10-test-1000.bin", import.meta.url));
  return new Uint8Array(bytes).buffer;
}
