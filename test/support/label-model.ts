import type { Manifest } from "../../src/core/model/manifest.ts";
import { writeOnnx } from "./onnx-writer.ts";

const filters = 6;

/** Weights from −1 to 1 that are the same on every machine. */
function weights(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => (((index + 1) * seed) % 211) / 105 - 1);
}

/** The manifest of {@link labelOnnx}'s model. @param side of its input, in pixels */
export function labelManifest(id: string, labels: readonly string[], side = 32): Manifest {
  return {
    id,
    title: `${labels.length} labels, for tests`,
    labels: [...labels],
    input: {
      width: side,
      height: side,
      channels: 3,
      layout: "NCHW",
      scale: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
    },
    output: "logits",
  };
}

/** A small model of any number of labels, for colour images. Its strongest place decides, so one pixel can fool it. */
export function labelOnnx(labels: number, side = 32): ArrayBuffer {
  return writeOnnx({
    inputs: [{ name: "image", dims: ["batch", 3, side, side] }],
    outputs: [{ name: "logits", dims: ["batch", labels] }],
    initialisers: [
      { name: "w0", dims: [filters, 3, 3, 3], data: weights(filters * 27, 37) },
      { name: "b0", dims: [filters], data: weights(filters, 17) },
      { name: "w1", dims: [labels, filters], data: weights(labels * filters, 53) },
      { name: "b1", dims: [labels], data: weights(labels, 29) },
    ],
    nodes: [
      {
        op: "Conv",
        inputs: ["image", "w0", "b0"],
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
