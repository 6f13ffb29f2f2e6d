/**
 * Weights that an ONNX file stores in other files next to it, as PyTorch's exporter does:
 * `model.onnx.data`.
 */
import { ModelFileError } from "./error.ts";
import { readMessages, type TensorMessage } from "./messages.ts";
import { join, lengthDelimited, rewrite } from "./rewrite.ts";
import { Unsupported } from "./unsupported.ts";

// Field numbers of onnx.proto.
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_RAW_DATA = 9;
const TENSOR_EXTERNAL_DATA = 13;
const TENSOR_DATA_LOCATION = 14;

/** A path that stays in the folder of the model, on any operating system. */
function isBeside(location: string): boolean {
  return !/^[/\\]|^[a-z]:|\\|\0/i.test(location) && !location.split("/").includes("..");
}

function locationOf({ name, external }: TensorMessage): string | undefined {
  if (external === undefined) return undefined;
  const location = external.get("location") ?? "";
  if (location !== "" && isBeside(location)) return location;
  throw new ModelFileError(
    `Tensor ${name} is stored in the file "${location}"; external data must be in the model's folder or below it.`,
  );
}

/** Empty for a file that cannot be read; loading it reports the error. */
function initializersOf(onnx: Uint8Array): readonly TensorMessage[] {
  try {
    return readMessages(onnx).graph?.initializers ?? [];
  } catch (error) {
    if (error instanceof ModelFileError || error instanceof Unsupported) return [];
    throw error;
  }
}

/**
 * The files with weights of a model, by their paths relative to the model's folder; empty for a
 * self-contained model.
 * @throws {ModelFileError} if a path is outside that folder
 */
export function externalFiles(onnx: Uint8Array): string[] {
  return [...new Set(initializersOf(onnx).flatMap((tensor) => locationOf(tensor) ?? []))];
}

/** The bytes of a tensor in its file. */
function dataOf(tensor: TensorMessage, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const location = locationOf(tensor)!;
  const file = files.get(location);
  if (file === undefined) {
    throw new ModelFileError(`Tensor ${tensor.name} is stored in the file "${location}", which is missing.`);
  }
  const offset = Number(tensor.external!.get("offset") ?? 0);
  const length = Number(tensor.external!.get("length") ?? file.length - offset);
  if (!(offset >= 0 && length >= 0 && offset + length <= file.length)) {
    throw new ModelFileError(
      `Tensor ${tensor.name} needs the bytes ${offset} to ${offset + length} of "${location}", which has only ${file.length}.`,
    );
  }
  return file.subarray(offset, offset + length);
}

/**
 * The model with those weights embedded. Other fields are unchanged.
 * @param files the content of each of `externalFiles`
 * @returns the same bytes if there are none
 * @throws {ModelFileError} when a file is missing or too short
 */
export function withExternalData(
  onnx: Uint8Array<ArrayBuffer>,
  files: ReadonlyMap<string, Uint8Array>,
): Uint8Array<ArrayBuffer> {
  const tensors = initializersOf(onnx);
  if (tensors.every(({ external }) => external === undefined)) return onnx;
  let next = 0;
  const initializer = (message: Uint8Array) => {
    const tensor = tensors[next++];
    if (tensor?.external === undefined) return null;
    const isOfFile = (field: number) => field === TENSOR_EXTERNAL_DATA || field === TENSOR_DATA_LOCATION;
    const rest = rewrite(message, (field) => (isOfFile(field) ? [] : null));
    return lengthDelimited(GRAPH_INITIALIZER, [
      ...rest,
      ...lengthDelimited(TENSOR_RAW_DATA, [dataOf(tensor, files)]),
    ]);
  };
  const graph = (message: Uint8Array) => {
    const parts = rewrite(message, (field, value) =>
      field === GRAPH_INITIALIZER ? initializer(value) : null,
    );
    return lengthDelimited(MODEL_GRAPH, parts);
  };
  return join(rewrite(onnx, (field, value) => (field === MODEL_GRAPH ? graph(value) : null)));
}
