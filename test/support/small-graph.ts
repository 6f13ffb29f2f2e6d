/** Small graphs from an image of 8 × 6 pixels to three labels. */
import type { Interface } from "../../src/core/compiler/compile.ts";
import { type OnnxNode, type OnnxTensor, writeOnnx } from "./onnx-writer.ts";

export const format: Interface = {
  input: { width: 8, height: 6, channels: 3, layout: "NCHW", scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  labels: ["a", "b", "c"],
  output: "probabilities",
};

/** A model of these nodes, from "image" to "output". */
export function modelOf(nodes: readonly OnnxNode[], initialisers: readonly OnnxTensor[] = []): Uint8Array {
  const inputs = [{ name: "image", dims: ["batch", 3, 6, 8] }];
  return new Uint8Array(writeOnnx({ inputs, outputs: [{ name: "output", dims: [] }], initialisers, nodes }));
}

export const ones = (name: string, dims: readonly number[]): OnnxTensor => ({
  name,
  dims,
  data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)).fill(1),
});

export const node = (op: string, inputs: string[], output: string, attributes = {}): OnnxNode => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});

export const head = [node("GlobalAveragePool", ["x"], "pooled"), node("Flatten", ["pooled"], "output")];
