/** Where a classifier comes from: a shipped one, or a file of the user's. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { OnepixelError } from "../core/errors.ts";
import type { ModelDescription } from "../core/load-model.ts";
import { readModels } from "./models.ts";
import { readOnnx } from "./onnx-file.ts";

const SHIPPED = fileURLToPath(new URL("../../models", import.meta.url));

/** A classifier before it is loaded. */
export interface ModelSource {
  /** The bytes of the ONNX file, with all weights inside. */
  readonly onnx: Uint8Array;
  /** A shipped model's manifest, or the `manifest.json` beside the file; null where there is none. */
  readonly description: ModelDescription | null;
  /** A name for it: the manifest's id, or made from the names of file and folder. */
  readonly id: string;
}

/** `models/MobileNet_v2.onnx` as "mobilenet-v2"; a file called model.onnx has its folder's name. */
export function idOf(file: string): string {
  const name = basename(file).replace(/\.onnx$/i, "");
  const own = name === "model" ? basename(dirname(resolve(file))) : name;
  const id = own
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 64);
  return id === "" ? "model" : id;
}

function readDescription(file: string): ModelDescription {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ModelDescription;
  } catch (cause) {
    const message = `${file}: is not JSON: ${(cause as Error).message}`;
    throw new OnepixelError("invalid-manifest", message, { field: "manifest", cause });
  }
}

/**
 * Reads a classifier.
 * @param source a shipped model's id, the path of an ONNX file, or of a folder with `model.onnx`; by
 * default the default model
 * @throws OnepixelError `invalid-option` (field `model`) if there is no such model or file, `invalid-manifest`,
 * `invalid-model` for weights in another file that cannot be read
 */
export async function readModelSource(source?: string): Promise<ModelSource> {
  const shipped = readModels(SHIPPED);
  const id =
    source ?? shipped.find(({ manifest }) => manifest.default)?.manifest.id ?? shipped[0]?.manifest.id;
  const entry = shipped.find(({ manifest }) => manifest.id === id);
  if (entry) {
    return { onnx: new Uint8Array(await entry.onnx()), description: entry.manifest, id: entry.manifest.id };
  }
  const path = source ?? "";
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const file = isFolder ? join(path, "model.onnx") : path;
  if (!existsSync(file)) {
    const ids = shipped.map(({ manifest }) => manifest.id).join(", ");
    const why = isFolder
      ? "is a folder without model.onnx"
      : `is neither a file nor a shipped model (${ids})`;
    const message = `There is no model "${path}": it ${why}.`;
    throw new OnepixelError("invalid-option", message, { field: "model" });
  }
  const beside = join(dirname(file), "manifest.json");
  const description = existsSync(beside) ? readDescription(beside) : null;
  return { onnx: readOnnx(file), description, id: description?.id ?? idOf(file) };
}
