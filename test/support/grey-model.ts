import { type ModelEntry, modelInMemory } from "../../src/core/model/entry.ts";
import type { Manifest } from "../../src/core/model/manifest.ts";
import { writeOnnx } from "./onnx-writer.ts";

const side = 28;
const filters = 6;

export const greyManifest: Manifest = {
  id: "grey-28",
  title: "Grey 28×28, for tests",
  labels: ["zero", "one", "two"],
  input: { width: side, height: side, channels: 1, layout: "NHWC", scale: 1 / 255, mean: [0.5], std: [0.25] },
  output: "logits",
};

/** Weights from −1 to 1 that are the same on every machine. */
function weights(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => (((index + 1) * seed) % 211) / 105 - 1);
}

/**
 * A model of another shape than the first: 28×28 grey, NHWC, logits of three labels. Its strongest
 * place decides (GlobalMaxPool), so that one pixel is enough to fool it.
 */
export function greyOnnx(): ArrayBuffer {
  return writeOnnx({
    inputs: [{ name: "image", dims: ["batch", side, side, 1] }],
    outputs: [{ name: "logits", dims: ["batch", 3] }],
    initialisers: [
      { name: "w0", dims: [filters, 1, 3, 3], data: weights(filters * 9, 37) },
      { name: "b0", dims: [filters], data: weights(filters, 17) },
      { name: "w1", dims: [3, filters], data: weights(3 * filters, 53) },
      { name: "b1", dims: [3], data: weights(3, 29) },
    ],
    nodes: [
      { op: "Transpose", inputs: ["image"], outputs: ["x"], attributes: { perm: { ints: [0, 3, 1, 2] } } },
      {
        op: "Conv",
        inputs: ["x", "w0", "b0"],
        outputs: ["c"],
        attributes: { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } },
      },
      { op: "Relu", inputs: ["c"], outputs: ["r"] },
      { op: "GlobalMaxPool", inputs: ["r"], outputs: ["p"] },
      { op: "Flatten", inputs: ["p"], outputs: ["f"] },
      { op: "Gemm", inputs: ["f", "w1", "b1"], outputs: ["logits"], attributes: { transB: { int: 1 } } },
    ],
  });
}

/** The model as an entry. @param manifest another one than its own */
export function greyEntry(manifest: Manifest = greyManifest, onnx: ArrayBuffer = greyOnnx()): ModelEntry {
  return modelInMemory(manifest, onnx, "0".repeat(64));
}
