/**
 * Lets onnxruntime read large weights from the file itself, as external data. From one encoded message it holds the file, the
 * decoded message and the weights at once, and its memory never shrinks.
 */
import { join, lengthDelimited, type Parts, rewrite } from "./rewrite.ts";

// Field numbers of onnx.proto.
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_RAW_DATA = 9;
const TENSOR_EXTERNAL_DATA = 13;
const TENSOR_DATA_LOCATION = 14;
const EXTERNAL = 1;

/** Smaller tensors stay: they take little, and onnxruntime wants shapes and the like at hand. */
const SMALLEST = 1024;
/** The name of the file for external data. */
const LOCATION = "weights";

const text = new TextEncoder();

function entry(key: string, value: string): Parts {
  const pair = [...lengthDelimited(1, [text.encode(key)]), ...lengthDelimited(2, [text.encode(value)])];
  return lengthDelimited(TENSOR_EXTERNAL_DATA, pair);
}

/** A model without its large weights, and the file that they are read from. */
export interface WeightsApart {
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/**
 * Replaces each large tensor of an ONNX file by its place in that file.
 * @returns the file as it is, and no external data, if it has no large tensors or cannot be read
 */
export function weightsApart(onnx: Uint8Array<ArrayBuffer>): WeightsApart {
  let isApart = false;
  const initializer = (message: Uint8Array): Parts | null => {
    let raw: Uint8Array | undefined;
    const rest = rewrite(message, (field, value) => {
      if (field !== TENSOR_RAW_DATA) return null;
      raw = value;
      return [];
    });
    if (raw === undefined || raw.length < SMALLEST) return null;
    isApart = true;
    return lengthDelimited(GRAPH_INITIALIZER, [
      ...rest,
      ...entry("location", LOCATION),
      ...entry("offset", String(raw.byteOffset - onnx.byteOffset)),
      ...entry("length", String(raw.length)),
      Uint8Array.of(TENSOR_DATA_LOCATION * 8, EXTERNAL),
    ]);
  };
  const graph = (message: Uint8Array): Parts =>
    lengthDelimited(
      MODEL_GRAPH,
      rewrite(message, (field, value) => (field === GRAPH_INITIALIZER ? initializer(value) : null)),
    );
  try {
    const parts = rewrite(onnx, (field, value) => (field === MODEL_GRAPH ? graph(value) : null));
    if (isApart) return { onnx: join(parts), externalData: [{ path: LOCATION, data: onnx }] };
  } catch {
    // The file is no protobuf message, or is cut off: onnxruntime says what is wrong with it.
  }
  return { onnx, externalData: [] };
}
