import { ModelFileError } from "./error.ts";
import type { OnnxAttribute, OnnxGraph, OnnxInput, OnnxNode, OnnxTensor } from "./graph.ts";
import {
  type AttributeMessage,
  type GraphMessage,
  type NodeMessage,
  readMessages,
  type TensorMessage,
  type ValueMessage,
} from "./messages.ts";

// TensorProto.DataType
const FLOAT = 1;
export const UINT8 = 2;
const INT8 = 3;
/** Bytes per element in raw_data. */
const INTEGERS = new Map([
  [UINT8, 1],
  [INT8, 1],
  [6, 4], // int32
  [7, 8], // int64
  [9, 1], // bool
]);

/** The least and the greatest value of 8-bit types. */
export const BYTE_RANGES = new Map<number, readonly [number, number]>([
  [UINT8, [0, 255]],
  [INT8, [-128, 127]],
]);

/** The number of elements of a tensor; dimensions multiply without overflow in any file that fits in memory. */
export function elementsOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

function typeOf(dataType: number): OnnxTensor["type"] {
  if (dataType === FLOAT) return "float";
  return INTEGERS.has(dataType) ? "integer" : "other";
}

function rawIntegers(raw: Uint8Array, dataType: number): number[] {
  const bytes = INTEGERS.get(dataType)!;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const values: number[] = [];
  for (let at = 0; at + bytes <= raw.length; at += bytes) {
    if (bytes === 8) values.push(Number(view.getBigInt64(at, true)));
    else if (bytes === 4) values.push(view.getInt32(at, true));
    else values.push(dataType === INT8 ? view.getInt8(at) : view.getUint8(at));
  }
  return values;
}

function convertTensor(message: TensorMessage): OnnxTensor {
  const { dims, raw } = message;
  const type = typeOf(message.dataType);
  if (dims.some((dim) => dim < 0)) throw new ModelFileError(`Tensor ${message.name} has a negative size.`);
  if (message.external) {
    const file = message.external.get("location") ?? "another file";
    throw new ModelFileError(
      `Tensor ${message.name} is stored in ${file}, which was not read: keep that file next to the model, or store all weights in the model.`,
    );
  }
  if (type === "other") return { dims, type, values: [] };
  const width = type === "float" ? 4 : INTEGERS.get(message.dataType)!;
  let values: OnnxTensor["values"];
  if (raw === undefined) {
    values = type === "float" ? Float32Array.from(message.floats) : message.integers;
  } else if (type === "float") {
    // A copy, since the file's bytes may not be aligned; the format is little-endian, like the machine.
    values = new Float32Array(new Uint8Array(raw).buffer, 0, Math.floor(raw.length / 4));
  } else {
    values = rawIntegers(raw, message.dataType);
  }
  const expected = elementsOf(dims);
  if (values.length !== expected || (raw !== undefined && raw.length !== expected * width)) {
    throw new ModelFileError(
      `Tensor ${message.name} of size ${dims.join("×")} must hold ${expected} values, not ${values.length}.`,
    );
  }
  return { dims, type, values, range: BYTE_RANGES.get(message.dataType) };
}

function convertAttribute(message: AttributeMessage): OnnxAttribute {
  const { float, integer, text, floats, integers } = message;
  const tensor = message.tensor && convertTensor(message.tensor);
  return { float, integer, text, tensor, floats, integers };
}

function convertNode(message: NodeMessage): OnnxNode {
  const { operator, domain, inputs, outputs } = message;
  if (operator === "") throw new ModelFileError("A node of the graph has no operator.");
  const attributes = new Map(message.attributes.map((each) => [each.name, convertAttribute(each)]));
  return { name: message.name || (outputs[0] ?? ""), operator, domain, inputs, outputs, attributes };
}

function convertInput(message: ValueMessage): OnnxInput {
  // Some exporters write an unknown size as zero.
  const dims = message.dims.map((dim) => (dim === 0 ? null : dim));
  return { name: message.name, dims, type: typeOf(message.elementType) };
}

/** Checks that every value is defined once, before its first use, so that there is no cycle. */
function checkOrder(graph: OnnxGraph): void {
  const known = new Set(["", ...graph.constants.keys(), ...graph.inputs.map((input) => input.name)]);
  for (const node of graph.nodes) {
    for (const name of node.inputs) {
      if (known.has(name)) continue;
      throw new ModelFileError(
        `Node ${node.name} (${node.operator}) uses ${name}, which nothing before it defines: ` +
          "the graph has a cycle or is not in order.",
      );
    }
    for (const name of node.outputs) {
      if (name === "") continue;
      if (known.has(name)) throw new ModelFileError(`The graph defines ${name} twice.`);
      known.add(name);
    }
  }
  for (const name of graph.outputs) {
    if (!known.has(name)) throw new ModelFileError(`Nothing in the graph defines its output ${name}.`);
  }
}

function convertGraph(message: GraphMessage, opset: number): OnnxGraph {
  const constants = new Map<string, OnnxTensor>();
  for (const tensor of message.initializers) {
    if (constants.has(tensor.name)) throw new ModelFileError(`The graph defines ${tensor.name} twice.`);
    constants.set(tensor.name, convertTensor(tensor));
  }
  const inputs = message.inputs.map(convertInput).filter((input) => !constants.has(input.name));
  const outputs = message.outputs.map((output) => output.name);
  const graph = { opset, nodes: message.nodes.map(convertNode), constants, inputs, outputs };
  checkOrder(graph);
  return graph;
}

/**
 * Reads the graph of an ONNX file.
 * @throws {ModelFileError} if the file is truncated, inconsistent, cyclic or not an ONNX model
 * @throws {Unsupported} if it has more nodes, attributes or constants than the limits allow
 */
export function readGraph(bytes: Uint8Array): OnnxGraph {
  const model = readMessages(bytes);
  const standard = model.opsets.find(({ domain }) => domain === "" || domain === "ai.onnx");
  if (model.graph === undefined || standard === undefined) {
    throw new ModelFileError("The file contains no ONNX graph.");
  }
  return convertGraph(model.graph, standard.version);
}
