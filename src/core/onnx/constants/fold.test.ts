/** Folding beside onnxruntime-web: each case is a graph of constants, computed by both. */
import { InferenceSession } from "onnxruntime-web/wasm";
import { expect, test } from "vitest";
import {
  type OnnxAttribute,
  type OnnxTensor as WrittenTensor,
  writeOnnx,
} from "../../../../test/support/onnx-writer.ts";
import { nodeRuntime } from "../../../node/models.ts";
import type { OnnxTensor } from "../graph.ts";
import { readGraph } from "../read.ts";
import { fold } from "./fold.ts";

const runtime = nodeRuntime();

const dimsOf = (dims: readonly number[]) => dims.reduce((product, dim) => product * dim, 1);
const floats = (...dims: number[]) => ({
  dims,
  data: Float32Array.from({ length: dimsOf(dims) }, (_, i) => (i % 7) - 2.5 + i / 8),
});
const integers = (...values: number[]) => ({
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
const scalar = (value: number) => ({ dims: [], data: Float32Array.of(value) });
const whole = (value: number) => ({ dims: [], data: BigInt64Array.of(BigInt(value)) });
const bytes = (...dims: number[]) => ({
  dims,
  data: Int8Array.from({ length: dimsOf(dims) }, (_, i) => ((i * 37) % 256) - 128),
});

type Input = Omit<WrittenTensor, "name">;
type Case = [string, string, readonly Input[], Record<string, OnnxAttribute>?];

const cases: Case[] = [
  ["Gather of rows", "Gather", [floats(4, 3), integers(2, -1)], { axis: { int: 0 } }],
  ["Gather of columns", "Gather", [floats(4, 3), integers(2, 0, 0)], { axis: { int: -1 } }],
  ["Gather of one", "Gather", [integers(5, 6, 7), whole(1)]],
  [
    "Slice of two axes",
    "Slice",
    [floats(5, 6), integers(1, -3), integers(4, 99), integers(0, 1), integers(2, 1)],
  ],
  ["Slice backwards", "Slice", [floats(5, 2), integers(-1), integers(-(2 ** 31)), integers(0), integers(-2)]],
  ["Slice of the first axes", "Slice", [floats(3, 4), integers(1), integers(-1)]],
  ["Concat of columns", "Concat", [floats(2, 3), floats(2, 1)], { axis: { int: 1 } }],
  ["Concat of integers", "Concat", [integers(1, 2), integers(3)], { axis: { int: 0 } }],
  ["ConstantOfShape", "ConstantOfShape", [integers(2, 3)]],
  [
    "ConstantOfShape of sevens",
    "ConstantOfShape",
    [integers(3)],
    { value: { tensor: { name: "", dims: [1], data: BigInt64Array.of(7n) } } },
  ],
  ["Expand", "Expand", [floats(3, 1), integers(2, 1, 4)]],
  ["Range", "Range", [whole(3), whole(12), whole(4)]],
  ["Pow", "Pow", [{ dims: [3], data: Float32Array.of(1, 2, 3) }, scalar(2)]],
  ["Max", "Max", [floats(2, 3), floats(3)]],
  ["Neg", "Neg", [floats(4)]],
  ["Abs", "Abs", [floats(4)]],
  ["Reciprocal", "Reciprocal", [floats(4)]],
  ["Floor", "Floor", [floats(4)]],
  ["Ceil", "Ceil", [floats(4)]],
  ["Sign", "Sign", [floats(4)]],
  ["Relu", "Relu", [floats(4)]],
  ["Shape", "Shape", [floats(4, 5)]],
  ["Cast to integers", "Cast", [floats(6)], { to: { int: 7 } }],
  ["DequantizeLinear", "DequantizeLinear", [bytes(2, 3), scalar(0.25)]],
  [
    "DequantizeLinear of each row",
    "DequantizeLinear",
    [bytes(2, 3), { dims: [2], data: Float32Array.of(0.5, 0.25) }, { dims: [2], data: Int8Array.of(3, -4) }],
    { axis: { int: 0 } },
  ],
  [
    "DequantizeLinear without signs",
    "DequantizeLinear",
    [{ dims: [3], data: Uint8Array.of(0, 128, 255) }, scalar(2), { dims: [], data: Uint8Array.of(128) }],
  ],
  ["Clip", "Clip", [floats(2, 5), scalar(-0.5), scalar(1.25)]],
  ["Clip of one side", "Clip", [integers(-3, 0, 7), whole(0)]],
  [
    "QuantizeLinear",
    "QuantizeLinear",
    [{ dims: [7], data: Float32Array.of(-1, 0.5, 1.5, 2.5, 3.6, 254.5, 300) }, scalar(1)],
  ],
  [
    "QuantizeLinear of each row",
    "QuantizeLinear",
    [floats(2, 8), { dims: [2], data: Float32Array.of(0.01, 0.3) }, { dims: [2], data: Int8Array.of(3, -4) }],
    { axis: { int: 0 } },
  ],
];

test.each(cases)("%s", async (_, op, inputs, attributes = {}) => {
  const initialisers = inputs.map((input, i) => ({ ...input, name: `c${i}` }));
  const nodes = [{ op, inputs: initialisers.map(({ name }) => name), outputs: ["y"], attributes }];
  const onnx = new Uint8Array(
    writeOnnx({ inputs: [], outputs: [{ name: "y", dims: [] }], initialisers, nodes, untypedOutputs: true }),
  );
  await runtime.start();
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 3 });
  const { y } = await runtime.exclusive(() => session.run({}));
  await session.release();
  const graph = readGraph(onnx);
  const constants = graph.nodes[0]!.inputs.map((name) => graph.constants.get(name)!);
  const folded: OnnxTensor | undefined = fold(graph.nodes[0]!, constants, () => {});
  expect(folded?.dims).toEqual(y!.dims);
  const expected = Array.from(y!.data as Float32Array | BigInt64Array, Number);
  const actual = Array.from(folded!.values);
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
});

test("Where and comparisons", () => {
  const tensor = (values: number[]): OnnxTensor => ({ dims: [values.length], type: "integer", values });
  const node = (operator: string) => ({
    operator,
    name: "",
    domain: "",
    inputs: [],
    outputs: [],
    attributes: new Map(),
  });
  const run = (operator: string, ...inputs: OnnxTensor[]) => fold(node(operator), inputs, () => {})?.values;
  expect(run("Equal", tensor([1, 2]), tensor([1, 3]))).toEqual([1, 0]);
  expect(run("Greater", tensor([1, 3]), tensor([2]))).toEqual([0, 1]);
  expect(run("Less", tensor([1, 3]), tensor([2]))).toEqual([1, 0]);
  expect(run("Where", tensor([1, 0, 2]), tensor([4, 5, 6]), tensor([7]))).toEqual([4, 7, 6]);
});
