/** Small classifiers as others export them: in every layout, size and range that a command must take. */
import { type OnnxNode, writeOnnx } from "./onnx-writer.ts";

export interface Foreign {
  readonly channels: 1 | 3;
  readonly side: number;
  readonly layout: "NCHW" | "NHWC";
  /** The first axis: a fixed size, or a name. */
  readonly batch: number | string;
  /** Whether probabilities come out. */
  readonly softmax: boolean;
  /** The input's largest value: 1 or 255. */
  readonly range: 1 | 255;
  /** What decides: the strongest place, which one pixel can be, or all places together. Left out, the strongest. */
  readonly pool?: "max" | "average";
  /** Names of the other axes, where they are dynamic. */
  readonly axes?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
}

const FILTERS = 6;
const LABELS = 3;

/** Weights from −1 to 1 that are the same on every machine. */
function weights(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => (((index + 1) * seed) % 211) / 105 - 1);
}

/** A classifier of three labels whose brightest places decide, so that few pixels are enough to fool it. */
export function foreignOnnx(foreign: Foreign): ArrayBuffer {
  const { channels, side, layout, batch, softmax, range, metadata = {}, axes, pool = "max" } = foreign;
  const image = axes ?? (layout === "NCHW" ? [channels, side, side] : [side, side, channels]);
  const nodes: OnnxNode[] = [{ op: "Div", inputs: ["image", "range"], outputs: ["scaled"] }];
  if (layout === "NHWC") {
    nodes.push({
      op: "Transpose",
      inputs: ["scaled"],
      outputs: ["x"],
      attributes: { perm: { ints: [0, 3, 1, 2] } },
    });
  }
  nodes.push(
    {
      op: "Conv",
      inputs: [layout === "NHWC" ? "x" : "scaled", "w0", "b0"],
      outputs: ["c"],
      attributes: { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } },
    },
    { op: "Relu", inputs: ["c"], outputs: ["r"] },
    { op: pool === "max" ? "GlobalMaxPool" : "GlobalAveragePool", inputs: ["r"], outputs: ["p"] },
    { op: "Flatten", inputs: ["p"], outputs: ["f"] },
    {
      op: "Gemm",
      inputs: ["f", "w1", "b1"],
      outputs: [softmax ? "logits" : "scores"],
      attributes: { transB: { int: 1 } },
    },
  );
  if (softmax) nodes.push({ op: "Softmax", inputs: ["logits"], outputs: ["scores"] });
  return writeOnnx({
    inputs: [{ name: "image", dims: [batch, ...image] }],
    outputs: [{ name: "scores", dims: [batch, LABELS] }],
    initialisers: [
      { name: "range", dims: [1], data: Float32Array.of(range) },
      { name: "w0", dims: [FILTERS, channels, 3, 3], data: weights(FILTERS * channels * 9, 37) },
      { name: "b0", dims: [FILTERS], data: weights(FILTERS, 17) },
      { name: "w1", dims: [LABELS, FILTERS], data: weights(LABELS * FILTERS, 53) },
      { name: "b1", dims: [LABELS], data: weights(LABELS, 29) },
    ],
    nodes,
    metadata,
  });
}
