import { init } from "../core/environment.ts";
import { OnepixelError } from "../core/errors.ts";
import { loadModel as loadBytes, type Model, type ModelDescription } from "../core/load-model.ts";
import { readModelSource } from "./model-source.ts";
import { nodeModules } from "./modules.ts";

/**
 * Loads a classifier, and before the first one the library's WebAssembly.
 * @param source the id of a shipped model, such as "cifar10-resnet8"; the path of an ONNX file, or of a folder with
 * `model.onnx`; or the file's bytes. Default: the default model. Weights in files next to the model are
 * read too.
 * @param description what the ONNX file does not contain: labels, input, output. Default for a file: the
 * `manifest.json` next to it.
 * @throws OnepixelError `invalid-option` (field `model`) if there is no such model or file, `invalid-manifest`, `invalid-model`
 *
 * @example
 * ```ts
 * const model = await loadModel(); // the shipped cifar10-resnet8
 * const own = await loadModel("mine/model.onnx"); // with mine/manifest.json
 * ```
 */
export async function loadModel(
  source?: string | Uint8Array,
  description?: ModelDescription,
): Promise<Model> {
  init(nodeModules());
  if (source instanceof Uint8Array) return loadBytes(source, required(description, "the bytes of a model"));
  const found = await readModelSource(source);
  return loadBytes(found.onnx, required(description ?? found.description, `the file "${source}"`));
}

function required(description: ModelDescription | null | undefined, what: string): ModelDescription {
  if (description) return description;
  const message = `The description is missing: with ${what}, pass { labels, input, output } too, or put a manifest.json beside the file.`;
  throw new OnepixelError("invalid-manifest", message, { field: "manifest" });
}
