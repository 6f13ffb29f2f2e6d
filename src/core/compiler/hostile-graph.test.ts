/** Small files that would make the compiler do, or keep, far more than they hold. */
import { describe, expect, test } from "vitest";
import {
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  writeOnnx,
} from "../../../test/support/onnx-writer.ts";
import { compilePlan, type Interface } from "./compile.ts";

const format: Interface = {
  input: { width: 8, height: 6, channels: 3, layout: "NCHW", scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  labels: ["a", "b", "c"],
  output: "probabilities",
};

const head = [node("GlobalAveragePool", ["image"], "pooled"), node("Flatten", ["pooled"], "output")];

function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Record<string, OnnxAttribute> = {},
): OnnxNode {
  return { op, inputs, outputs: [output], attributes };
}

function compile(nodes: readonly OnnxNode[], initialisers: readonly OnnxTensor[] = []) {
  const inputs = [{ name: "image", dims: ["batch", 3, 6, 8] }];
  const outputs = [{ name: "output", dims: [] }];
  return compilePlan(new Uint8Array(writeOnnx({ inputs, outputs, initialisers, nodes })), format);
}

const floats = (name: string, ...dims: number[]): OnnxTensor => ({
  name,
  dims,
  data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)).fill(0.5),
});
const integers = (name: string, ...values: number[]): OnnxTensor => ({
  name,
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

/** `count` nodes, each on the output of the one before. */
const chain = (count: number, first: string, make: (input: string, output: string, i: number) => OnnxNode) =>
  Array.from({ length: count }, (_, i) => make(i === 0 ? first : `x${i - 1}`, `x${i}`, i));
/** `count` nodes, each on the same input. */
const fan = (count: number, make: (output: string) => OnnxNode) =>
  Array.from({ length: count }, (_, i) => make(`x${i}`));

const MILLION = 2 ** 20;

test("what the graphs below begin and end with compiles", () => {
  expect(compile(head)).toHaveProperty("plan");
});

describe("takes too much work to compile", () => {
  test.each<[string, OnnxNode[], OnnxTensor[]]>([
    [
      "a Concat of one constant, a thousand times",
      [node("Concat", Array<string>(1000).fill("w"), "x", { axis: { int: 0 } })],
      [floats("w", MILLION)],
    ],
    ["Concats of one constant", fan(4000, (x) => node("Concat", ["w", "w"], x)), [floats("w", 2 ** 18)]],
    ["a Concat that doubles", chain(60, "w", (a, x) => node("Concat", [a, a], x)), [floats("w", 2)]],
    ["a sum that broadcasts", [node("Add", ["a", "b"], "x")], [floats("a", 8000, 1), floats("b", 1, 8000)]],
    [
      "sums that broadcast",
      fan(4000, (x) => node("Add", ["a", "b"], x)),
      [floats("a", 512, 1), floats("b", 1, 512)],
    ],
    ["Transposes", fan(4000, (x) => node("Transpose", ["w"], x)), [floats("w", 1024, 256)]],
    ["Casts", fan(4000, (x) => node("Cast", ["w"], x, { to: { int: 7 } })), [floats("w", 2 ** 16)]],
    [
      "Gathers",
      fan(4000, (x) => node("Gather", ["w", "i"], x)),
      [floats("w", 4), integers("i", ...new Array(65_536).fill(1))],
    ],
    [
      "Slices",
      fan(4000, (x) => node("Slice", ["w", "from", "to"], x)),
      [floats("w", MILLION), integers("from", 0), integers("to", MILLION)],
    ],
    [
      "Squeezes with long lists of axes",
      fan(4000, (x) => node("Squeeze", ["w", "axes"], x)),
      [floats("w", 1), integers("axes", ...new Array(65_536).fill(0))],
    ],
    [
      "convolutions that share their weights",
      fan(4000, (x) => node("Conv", ["image", "w"], x, { pads: { ints: [1, 1, 1, 1] } })),
      [floats("w", 4096, 3, 3, 3)],
    ],
    [
      "factors folded into one large convolution",
      [node("Conv", ["image", "w"], "c"), ...chain(4000, "c", (a, x) => node("Mul", [a, "two"], x))],
      [floats("w", 8192, 3, 6, 8), floats("two", 1)],
    ],
    [
      "constants spread over large tensors",
      [node("Conv", ["image", "w"], "c"), ...chain(4000, "c", (a, x) => node("Add", [a, "row"], x))],
      [floats("w", 8192, 3, 1, 1), floats("row", 8)],
    ],
    [
      "a kernel of four weights spread over a vast window",
      [
        node("Conv", ["image", "w"], "x", {
          dilations: { ints: [2 ** 14, 2 ** 14] },
          pads: { ints: new Array(4).fill(2 ** 14) },
        }),
      ],
      [floats("w", 8, 3, 2, 2)],
    ],
  ])("%s", (_, nodes, initialisers) => {
    expect(compile([...nodes, ...head], initialisers)).toEqual({
      unsupported: expect.stringMatching(/^takes too much work to compile/),
    });
  });
});

describe("has more than this compiler reads", () => {
  test("nodes", () => {
    expect(compile([...fan(100_000, (x) => node("Relu", ["image"], x)), ...head])).toEqual({
      unsupported: "has more than 4096 nodes",
    });
  });

  test("steps, of which a convolution in groups has many", () => {
    const wide = node("Conv", ["image", "wide"], "x");
    const groups = fan(9, () => node("Conv", ["x", "w"], "")).map((each, i) => ({
      ...each,
      outputs: [`y${i}`],
      attributes: { group: { int: 2048 } },
    }));
    const initialisers = [floats("wide", 4096, 3, 1, 1), floats("w", 4096, 2, 1, 1)];
    expect(compile([wide, ...groups, ...head], initialisers)).toEqual({
      unsupported: "has more than 4096 steps",
    });
  });

  test("attributes of a node", () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`a${i}`, { int: i }]));
    expect(compile([node("Relu", ["image"], "x", many), ...head])).toEqual({
      unsupported: "has a node with more than 64 attributes",
    });
  });

  test("constants", () => {
    const many = Array.from({ length: 50_000 }, (_, i) => floats(`w${i}`));
    expect(compile(head, many)).toEqual({ unsupported: "has more than 16384 constants" });
  });

  test.each<[string, OnnxNode, OnnxTensor[]]>([
    ["a constant", node("Identity", ["w"], "x"), [floats("w", ...new Array(100_000).fill(1))]],
    [
      "a reshape",
      node("Reshape", ["w", "s"], "x"),
      [floats("w", 1), integers("s", ...new Array(100_000).fill(1))],
    ],
    [
      "an Unsqueeze",
      node("Unsqueeze", ["w"], "x", { axes: { ints: Array.from({ length: 100_000 }, (_, i) => i) } }),
      [floats("w", 1)],
    ],
    [
      "an Unsqueeze of the image",
      node("Unsqueeze", ["image"], "x", { axes: { ints: Array.from({ length: 100_000 }, (_, i) => i) } }),
      [],
    ],
  ])("axes of a tensor: %s", (_, first, initialisers) => {
    const { unsupported } = compile([first, ...head], initialisers) as { unsupported: string };
    expect(unsupported).toMatch(/of more than 8 axes|on constants|to an unknown size/);
  });
});

describe("an operator with the name of an object's own property", () => {
  test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"])("%s", (op) => {
    expect(compile([node(op, ["w", "w"], "x"), ...head], [floats("w", 2)])).toEqual({
      unsupported: `uses the operator ${op} on constants (node x)`,
    });
    expect(compile([node(op, ["image", "w"], "x"), ...head], [floats("w", 2)])).toEqual({
      unsupported: `uses the operator ${op} (node x)`,
    });
    const named = { name: op, dims: [3], data: new Float32Array(3) };
    expect(
      compile([node("Add", ["image", op], "x"), ...head], [{ ...named, dims: [3, 1, 1] }]),
    ).toHaveProperty("plan");
  });
});

test("a window that the kernel cannot count", () => {
  const attributes = {
    kernel_shape: { ints: [2 ** 32 + 1, 2 ** 32 + 1] },
    pads: { ints: new Array(4).fill(2 ** 31) },
  };
  expect(compile([node("MaxPool", ["image"], "x", attributes), ...head])).toEqual({
    unsupported: "uses MaxPool with a window that is too large (node x)",
  });
});

test("a reason stays short, whatever the file's names", () => {
  const { unsupported } = compile([node("O".repeat(MILLION), ["image"], "x"), ...head]) as {
    unsupported: string;
  };
  expect(unsupported).toMatch(/^uses the operator O+…$/);
  expect(unsupported.length).toBeLessThanOrEqual(201);
});
