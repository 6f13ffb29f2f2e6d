import { init } from "../core/environment.ts";
import { OnepixelError } from "../core/errors.ts";
import { loadModel as loadBytes, type Model, type ModelDescription } from "../core/load-model.ts";
import { browserModules, fetchBytes } from "./modules.ts";

const shipped = {
  model: new URL("../../models/cifar10-resnet8/model.onnx", import.meta.url),
  manifest: new URL("../../models/cifar10-resnet8/manifest.json", import.meta.url),
};

let base: URL | undefined;
let ready: Promise<void> | undefined;

/**
 * Sets the URL of the WebAssembly files, for a bundler that does not copy files named by
 * `new URL(…, import.meta.url)`, such
 * as esbuild. Copy `node_modules/onepixel/dist/build/wasm/` there. Call it before the first {@link loadModel}.
 * @param url the folder, relative to the document
 *
 * @example
 * ```ts
 * setWasmUrl("/wasm/");
 * ```
 */
export function setWasmUrl(url: string | URL): void {
  base = new URL(url, globalThis.location.href);
}

/**
 * Loads a classifier, and before the first one the library's WebAssembly.
 * @param source the URL of an ONNX file, relative to the document, or its bytes. Default: the shipped
 * cifar10-resnet8.
 * @param description labels, input and output; required with `source`
 * @throws OnepixelError `invalid-manifest`, `invalid-model`; TypeError if a file cannot be fetched
 *
 * @example
 * ```ts
 * const model = await loadModel();
 * ```
 */
export async function loadModel(
  source?: string | URL | Uint8Array,
  description?: ModelDescription,
): Promise<Model> {
  ready ??= browserModules(base).then(init);
  await ready.catch((error) => {
    ready = undefined;
    throw error;
  });
  if (source === undefined) {
    const manifest = JSON.parse(new TextDecoder().decode(await fetchBytes(shipped.manifest)));
    return loadBytes(await fetchBytes(shipped.model), description ?? manifest);
  }
  if (description === undefined) {
    const message =
      "The description is missing: pass { labels, input, output } together with your own model.";
    throw new OnepixelError("invalid-manifest", message, { field: "manifest" });
  }
  if (source instanceof Uint8Array) return loadBytes(source, description);
  return loadBytes(await fetchBytes(new URL(source, globalThis.location.href)), description);
}
