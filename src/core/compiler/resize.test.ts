/** Resize against onnxruntime, value by value, and what the compiler refuses of it. */
import { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { expect, test } from "vitest";
import { kernelModule, noise } from "../../../test/support/kernel/fixtures.ts";
import { pcg32 } from "../../../test/support/kernel/reference-random.ts";
import { type OnnxAttribute, type OnnxTensor, writeOnnx } from "../../../test/support/onnx-writer.ts";
import { candidateOf } from "../../../test/support/random-inference.ts";
import { nodeRuntime } from "../../node/models.ts";
import { createInference } from "../kernel/inference.ts";
import { instantiate } from "../kernel/instance.ts";
import { renderTensor } from "../model/tensor.ts";
import { compilePlan } from "./compile.ts";

const [HEIGHT, WIDTH, CHANNELS] = [5, 6, 1] as const;
const image = noise(WIDTH, HEIGHT, CHANNELS, 4);
const runtime = nodeRuntime();

type Attributes = Record<string, OnnxAttribute>;

const sizes = (...values: number[]): OnnxTensor => ({
  name: "sizes",
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

const scales = (...values: number[]): OnnxTensor => ({
  name: "scales",
  dims: [values.length],
  data: Float32Array.from(values),
});

/** A model whose outputs are the values of the resized image, and what its manifest would say. */
function modelOf(list: OnnxTensor, attributes: Attributes, outputs: number, opset = 18) {
  const identity = Float32Array.from({ length: outputs ** 2 }, (_, i) => Number(i % (outputs + 1) === 0));
  const inputs = opset < 11 ? [list.name] : list.name === "sizes" ? ["", "", "sizes"] : ["", "scales"];
  const onnx = writeOnnx({
    inputs: [{ name: "image", dims: ["batch", CHANNELS, HEIGHT, WIDTH] }],
    outputs: [{ name: "output", dims: ["batch", outputs] }],
    initialisers: [list, { name: "identity", dims: [outputs, outputs], data: identity }],
    nodes: [
      { op: "Resize", inputs: ["image", ...inputs], outputs: ["resized"], name: "x", attributes },
      { op: "Flatten", inputs: ["resized"], outputs: ["flat"] },
      { op: "MatMul", inputs: ["flat", "identity"], outputs: ["output"] },
    ],
    opset,
  });
  const format = {
    input: {
      width: WIDTH,
      height: HEIGHT,
      channels: CHANNELS,
      layout: "NCHW" as const,
      scale: 1 / 255,
      mean: [0],
      std: [1],
    },
    labels: Array.from({ length: outputs }, (_, i) => `value ${i}`),
    output: "probabilities" as const,
  };
  return { onnx: new Uint8Array(onnx), format };
}

/** Compares every value with onnxruntime's, and those after a change with a full pass's, to the bit. */
async function check(list: OnnxTensor, attributes: Attributes, [height, width]: number[], opset?: number) {
  const { onnx, format } = modelOf(list, attributes, height! * width! * CHANNELS, opset);
  const compiled = compilePlan(onnx, format);
  if ("unsupported" in compiled) throw new Error(compiled.unsupported);
  const infer = (raster: typeof image) =>
    createInference(instantiate(kernelModule), compiled.plan, raster, format.input, 5);
  const inference = infer(image);
  await runtime.start();
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 3 });
  const tensor = new Tensor("float32", renderTensor(image, format.input), [1, CHANNELS, HEIGHT, WIDTH]);
  const { output } = await runtime.exclusive(() => session.run({ image: tensor }));
  const expected = output!.data as Float32Array;
  expect(inference.clean).toHaveLength(expected.length);
  for (const [i, value] of inference.clean.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  await session.release();
  const random = pcg32(BigInt(height! * 100 + width!), 5n);
  for (let i = 0; i < 8; i++) {
    const { encoded, changed } = candidateOf(image, random);
    const actual = inference.query({ count: 1, pixels: encoded.length / 2, encoded });
    expect(actual).toEqual(infer(changed).clean);
  }
}

const COORDINATES = ["asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners"];
const ROUNDINGS = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];
const ways = COORDINATES.flatMap((coordinates): [string, string, string][] => [
  ["linear", coordinates, "floor"],
  ...ROUNDINGS.map((rounding): [string, string, string] => ["nearest", coordinates, rounding]),
]);

test.each(ways)("%s, %s, %s agrees with onnxruntime", async (mode, coordinates, rounding) => {
  const attributes: Attributes = {
    mode: { string: mode },
    coordinate_transformation_mode: { string: coordinates },
    nearest_mode: { string: rounding },
  };
  for (const [height, width] of [
    [10, 12],
    [15, 6],
    [2, 3],
    [1, 1],
    [7, 4],
    [5, 6],
  ] as const) {
    await check(sizes(1, CHANNELS, height, width), attributes, [height, width]);
  }
  await check(scales(1, 1, 2, 3), attributes, [10, 18]);
  await check(scales(1, 1, 0.5, 0.3), attributes, [2, 1]);
  await check(scales(2.5, 1.7), { ...attributes, axes: { ints: [-2, 3] } }, [12, 10]);
});

test.each(["nearest", "linear"])("%s agrees with onnxruntime before opset 11", async (mode) => {
  const attributes: Attributes = { mode: { string: mode } };
  await check(scales(1, 1, 2, 3), attributes, [10, 18], 10);
  await check(scales(1, 1, 0.5, 0.7), attributes, [2, 4], 10);
});

test.each<[string, OnnxTensor, Attributes, string]>([
  ["mode cubic", scales(1, 1, 2, 2), { mode: { string: "cubic" } }, "Resize with mode cubic"],
  [
    "a crop",
    scales(1, 1, 2, 2),
    { coordinate_transformation_mode: { string: "tf_crop_and_resize" } },
    "Resize with coordinate_transformation_mode tf_crop_and_resize",
  ],
  ["antialias", scales(1, 1, 2, 2), { antialias: { int: 1 } }, "Resize with antialias"],
  [
    "a size that keeps the aspect",
    sizes(1, 1, 10, 10),
    { keep_aspect_ratio_policy: { string: "not_larger" } },
    "Resize with keep_aspect_ratio_policy not_larger",
  ],
  ["more channels", scales(1, 2, 2, 2), {}, "Resize of other axes than height and width"],
  ["nothing left", scales(1, 1, 0.1, 1), {}, "Resize of an axis from 5 to 0"],
  ["a vast size", sizes(1, 1, 2 ** 40, 6), {}, "Resize of an axis from 5 to 1099511627776"],
  ["scales of two axes of four", scales(2, 2), {}, "Resize without constant scales or sizes"],
  ["a scale that changes no size", scales(1, 1, 1.1, 1), {}, "Resize by a scale to the same size"],
])("%s is refused", (_, list, attributes, reason) => {
  const { onnx, format } = modelOf(list, attributes, 3);
  expect(compilePlan(onnx, format)).toEqual({ unsupported: `uses ${reason} (node x)` });
});
