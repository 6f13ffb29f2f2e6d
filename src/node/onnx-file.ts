/** Reads an ONNX file from disk. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { externalFiles, withExternalData } from "../core/onnx/external-data.ts";

/**
 * Reads an ONNX file, with the weights that it keeps in files beside it (`model.onnx.data`).
 * @throws {ModelFileError} when one of those files is missing, too short, or not in the model's folder
 */
export function readOnnx(file: string): Uint8Array<ArrayBuffer> {
  const onnx = new Uint8Array(readFileSync(file));
  const names = externalFiles(onnx).filter((name) => existsSync(join(dirname(file), name)));
  const files = names.map((name) => [name, new Uint8Array(readFileSync(join(dirname(file), name)))] as const);
  return withExternalData(onnx, new Map(files));
}
