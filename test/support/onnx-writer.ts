/**
 * Writes small ONNX models for tests: float, int64 and 8-bit tensors, and the attributes that classifiers use.
 * Field numbers: onnx.proto, IR version 8 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import { PbfWriter } from "pbf";

export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  /** Float32Array for float, BigInt64Array for int64, Int8Array and Uint8Array for quantised tensors. */
  data: Float32Array | BigInt64Array | Int8Array | Uint8Array;
}

export type OnnxAttribute =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { floats: readonly number[] }
  | { string: string }
  | { tensor: OnnxTensor };

export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  name?: string;
  /** Who defines the operator; ONNX itself when left out. */
  domain?: string;
  attributes?: Record<string, OnnxAttribute>;
}

/** A float tensor that enters or leaves the graph; a text is a dynamic axis. */
export interface OnnxValue {
  name: string;
  dims: readonly (number | string)[];
}

export interface OnnxGraph {
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  initialisers?: readonly OnnxTensor[];
  nodes: readonly OnnxNode[];
  /** Leaves the outputs' types to whoever reads the model: they are float otherwise. */
  untypedOutputs?: boolean;
  /** 17 when left out. */
  opset?: number;
  /** What the file says about itself in words. */
  metadata?: Readonly<Record<string, string>>;
}

const FLOAT = 1;
const UINT8 = 2;
const INT8 = 3;
const INT64 = 7;

function typeOf(data: OnnxTensor["data"]): number {
  if (data instanceof Float32Array) return FLOAT;
  if (data instanceof BigInt64Array) return INT64;
  return data instanceof Int8Array ? INT8 : UINT8;
}

function writeTensor(tensor: OnnxTensor, pbf: PbfWriter): void {
  for (const dim of tensor.dims) pbf.writeVarintField(1, dim);
  pbf.writeVarintField(2, typeOf(tensor.data));
  pbf.writeStringField(8, tensor.name);
  const { buffer, byteOffset, byteLength } = tensor.data;
  pbf.writeBytesField(9, new Uint8Array(buffer, byteOffset, byteLength));
}

/** AttributeProto; field 20 is the type's number. */
function writeAttribute([name, value]: [string, OnnxAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if ("float" in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, 1);
  } else if ("int" in value) {
    pbf.writeVarintField(3, value.int);
    pbf.writeVarintField(20, 2);
  } else if ("string" in value) {
    pbf.writeBytesField(4, new TextEncoder().encode(value.string));
    pbf.writeVarintField(20, 3);
  } else if ("tensor" in value) {
    pbf.writeMessage(5, writeTensor, value.tensor);
    pbf.writeVarintField(20, 4);
  } else if ("floats" in value) {
    for (const float of value.floats) pbf.writeFloatField(7, float);
    pbf.writeVarintField(20, 6);
  } else {
    for (const int of value.ints) pbf.writeVarintField(8, int);
    pbf.writeVarintField(20, 7);
  }
}

function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  if (node.name !== undefined) pbf.writeStringField(3, node.name);
  pbf.writeStringField(4, node.op);
  for (const attribute of Object.entries(node.attributes ?? {}))
    pbf.writeMessage(5, writeAttribute, attribute);
  if (node.domain !== undefined) pbf.writeStringField(7, node.domain);
}

function writeDim(dim: number | string, pbf: PbfWriter): void {
  if (typeof dim === "number") pbf.writeVarintField(1, dim);
  else pbf.writeStringField(2, dim);
}

function writeValue(value: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.name);
  pbf.writeMessage(
    2,
    (dims, type) => {
      type.writeMessage(
        1,
        (_, tensor) => {
          tensor.writeVarintField(1, FLOAT);
          tensor.writeMessage(
            2,
            (_shape, shape) => {
              for (const dim of dims) shape.writeMessage(1, writeDim, dim);
            },
            null,
          );
        },
        null,
      );
    },
    value.dims,
  );
}

function writeGraph(graph: OnnxGraph, pbf: PbfWriter): void {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, "graph");
  for (const tensor of graph.initialisers ?? []) pbf.writeMessage(5, writeTensor, tensor);
  for (const value of graph.inputs) pbf.writeMessage(11, writeValue, value);
  for (const value of graph.outputs) {
    if (graph.untypedOutputs)
      pbf.writeMessage(12, (name, output) => output.writeStringField(1, name), value.name);
    else pbf.writeMessage(12, writeValue, value);
  }
}

/** The bytes of an ONNX file. */
export function writeOnnx(graph: OnnxGraph): ArrayBuffer {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, 8);
  pbf.writeMessage(7, writeGraph, graph);
  pbf.writeMessage(8, (opset, message) => message.writeVarintField(2, opset), graph.opset ?? 17);
  for (const [key, value] of Object.entries(graph.metadata ?? {})) {
    pbf.writeMessage(
      14,
      (_, entry) => {
        entry.writeStringField(1, key);
        entry.writeStringField(2, value);
      },
      null,
    );
  }
  return pbf.finish().slice().buffer as ArrayBuffer;
}
