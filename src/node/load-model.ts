import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { init } from "../core/environment.ts";
import { OnepixelError } from "../core/errors.ts";
import { loadModel as loadBytes, type Model, type ModelDescription } from "../core/load-model.ts";
import { readModels } from "./models.ts";
import { nodeModules } from "./modules.ts";
import { readOnnx } from "./onnx-file.ts";

const SHIPPED = fileURLToPath(new URL("../../models", import.meta.url));

/**
 * Loads a classifier, and before the first one the library's WebAssembly.
 * @param source the id of a shipped model, such as "cifar10-resnet8"; the path of an ONNX file, or of a folder with
 * `model.onnx`; or the file's bytes. Left out, the default model. Weights that a file keeps beside it are read too.
 * @param description what the ONNX file does not say: labels, input, output. Left out for a file, `manifest.json` beside it.
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
  const shipped = readModels(SHIPPED);
  const id =
    source ?? shipped.find(({ manifest }) => manifest.default)?.manifest.id ?? shipped[0]?.manifest.id;
  const entry = shipped.find(({ manifest }) => manifest.id === id);
  if (entry) return loadBytes(new Uint8Array(entry.onnx), description ?? entry.manifest);
  return loadFile(
    source ?? "",
    description,
    shipped.map(({ manifest }) => manifest.id),
  );
}

function required(description: ModelDescription | undefined, what: string): ModelDescription {
  if (description !== undefined) return description;
  const message = `The description is missing: with ${what}, pass { labels, input, output } too, or put a manifest.json beside the file.`;
  throw new OnepixelError("invalid-manifest", message, { field: "manifest" });
}

async function loadFile(
  path: string,
  description: ModelDescription | undefined,
  ids: readonly string[],
): Promise<Model> {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "model.onnx") : path;
  if (!existsSync(file)) {
    const message = `There is no model "${path}": it is neither a file nor a shipped model (${ids.join(", ")}).`;
    throw new OnepixelError("invalid-option", message, { field: "model" });
  }
  const beside = join(dirname(file), "manifest.json");
  const found = description ?? (existsSync(beside) ? readDescription(beside) : undefined);
  return loadBytes(readOnnx(file), required(found, `the file "${file}"`));
}

function readDescription(file: string): ModelDescription {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ModelDescription;
  } catch (cause) {
    const message = `${file}: is not JSON: ${(cause as Error).message}`;
    throw new OnepixelError("invalid-manifest", message, { field: "manifest", cause });
  }
}
