/** Convolutions of shapes that the random networks do not reach: many channels, wide windows, each block of channels. */
import { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { expect, test } from "vitest";
import { kernelModule, noise } from "../../../test/support/kernel/fixtures.ts";
import { pcg32 } from "../../../test/support/kernel/reference-random.ts";
import { type OnnxNode, writeOnnx } from "../../../test/support/onnx-writer.ts";
import { nodeRuntime } from "../../node/models.ts";
import { compilePlan } from "../compiler/compile.ts";
import { softmax } from "../model/softmax.ts";
import { renderTensor } from "../model/tensor.ts";
import { createInference } from "./inference.ts";
import { instantiate } from "./instance.ts";

const LABELS = 3;
const runtime = nodeRuntime();

interface Shape {
  readonly side: number;
  /** Channels that the convolution reads, and whether a ReLU makes some of them zero. */
  readonly inputs: number;
  readonly zeros: boolean;
  readonly kernel: number;
  readonly stride: number;
  readonly outputs: number;
}

/** A convolution that makes the input, the one of the shape, and a layer that makes labels of it. */
function networkOf({ inputs, zeros, kernel, stride, outputs }: Shape): ArrayBuffer {
  const random = pcg32(5n, 3n);
  const weights = (...dims: number[]) => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    const scale = 2 / Math.sqrt(count / dims[0]!);
    return { dims, data: Float32Array.from({ length: count }, () => (random.uniform() - 0.5) * scale) };
  };
  const convolution = (input: string, name: string, side: number, step: number): OnnxNode => ({
    op: "Conv",
    inputs: [input, `${name}-weights`],
    outputs: [name],
    attributes: {
      kernel_shape: { ints: [side, side] },
      strides: { ints: [step, step] },
      pads: { ints: Array(4).fill(side >> 1) },
    },
  });
  return writeOnnx({
    inputs: [{ name: "image", dims: [1, 1, "height", "width"] }],
    outputs: [{ name: "logits", dims: [1, LABELS] }],
    initialisers: [
      { name: "first-weights", ...weights(inputs, 1, 1, 1) },
      { name: "second-weights", ...weights(outputs, inputs, kernel, kernel) },
      { name: "label-weights", ...weights(outputs, LABELS) },
    ],
    nodes: [
      convolution("image", "first", 1, 1),
      { op: zeros ? "Relu" : "Tanh", inputs: ["first"], outputs: ["activated"] },
      convolution("activated", "second", kernel, stride),
      { op: "GlobalAveragePool", inputs: ["second"], outputs: ["mean"] },
      { op: "Flatten", inputs: ["mean"], outputs: ["flat"] },
      { op: "MatMul", inputs: ["flat", "label-weights"], outputs: ["logits"] },
    ],
  });
}

const shapes: readonly Shape[] = [
  { side: 9, inputs: 16, kernel: 5, stride: 2, outputs: 60, zeros: true },
  { side: 9, inputs: 16, kernel: 5, stride: 2, outputs: 60, zeros: false },
  { side: 9, inputs: 5, kernel: 3, stride: 1, outputs: 44, zeros: false },
  { side: 9, inputs: 21, kernel: 2, stride: 3, outputs: 28, zeros: true },
  { side: 7, inputs: 300, kernel: 3, stride: 1, outputs: 20, zeros: true },
  { side: 7, inputs: 300, kernel: 3, stride: 1, outputs: 20, zeros: false },
  { side: 5, inputs: 2100, kernel: 3, stride: 1, outputs: 4, zeros: true },
  { side: 5, inputs: 2100, kernel: 3, stride: 1, outputs: 4, zeros: false },
  { side: 5, inputs: 7000, kernel: 1, stride: 1, outputs: 12, zeros: true },
  { side: 2, inputs: 70_000, kernel: 1, stride: 1, outputs: 4, zeros: true },
];

test.each(shapes)(
  "a convolution agrees with onnxruntime-web and with itself bit for bit: %o",
  async (shape) => {
    const { side } = shape;
    const input = {
      width: side,
      height: side,
      channels: 1 as const,
      layout: "NCHW" as const,
      scale: 1 / 255,
      mean: [0.5],
      std: [0.3],
    };
    const onnx = new Uint8Array(networkOf(shape));
    const labels = Array.from({ length: LABELS }, (_, i) => `label ${i}`);
    const compiled = compilePlan(onnx, { input, labels, output: "logits" });
    if ("unsupported" in compiled) throw new Error(compiled.unsupported);
    const image = noise(side, side, 1);
    const position = (side * side) >> 1;
    const changed = { ...image, data: image.data.with(position, image.data[position]! ^ 255) };
    const infer = (of: typeof image) =>
      createInference(instantiate(kernelModule), compiled.plan, of, input, 1);
    const encoded = Uint32Array.of(position, changed.data[position]!);
    const incremental = infer(image).query({ count: 1, pixels: 1, encoded });
    expect(incremental).toEqual(infer(changed).clean);
    await runtime.start();
    const session = await InferenceSession.create(onnx, { logSeverityLevel: 3 });
    const tensor = new Tensor("float32", renderTensor(changed, input), [1, 1, side, side]);
    const { logits } = await runtime.exclusive(() => session.run({ image: tensor }));
    const expected = Float32Array.from(logits!.data as Float32Array);
    softmax(expected, LABELS);
    await session.release();
    for (const [i, probability] of incremental.entries()) expect(probability).toBeCloseTo(expected[i]!, 5);
  },
);
