import { describe, expect, test } from "vitest";
import { type OnnxNode, type OnnxTensor, writeOnnx } from "../../../test/support/onnx-writer.ts";
import { format, head, modelOf, node, ones } from "../../../test/support/small-graph.ts";
import { nodeRegistry } from "../../node/services.ts";
import { compilePlan } from "./compile.ts";

const integers = (name: string, ...values: number[]): OnnxTensor => ({
  name,
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

const pads = (size: number, stride: number) => ({
  pads: { ints: [size, size, size, size] },
  strides: { ints: [stride, stride] },
});

function reasonOf(nodes: readonly OnnxNode[], initialisers: readonly OnnxTensor[] = []): string | undefined {
  const compiled = compilePlan(modelOf(nodes, initialisers), format);
  return "unsupported" in compiled ? compiled.unsupported : undefined;
}

describe("a model that the kernel cannot run", () => {
  test("is told from one that it can", () => {
    expect(reasonOf([node("Relu", ["image"], "x"), ...head])).toBeUndefined();
  });

  test.each<[string, OnnxNode, OnnxTensor[], string]>([
    ["an unknown operator", node("Sinh", ["image"], "x"), [], "uses the operator Sinh (node x)"],
    [
      "a pool with dilation",
      node("MaxPool", ["image"], "x", { kernel_shape: { ints: [2, 2] }, dilations: { ints: [2, 2] } }),
      [],
      "uses MaxPool with dilation (node x)",
    ],
    [
      "groups that do not fit",
      node("Conv", ["image", "w"], "x", { group: { int: 3 } }),
      [ones("w", [4, 1, 3, 3])],
      "uses Conv with weights of another size (node x)",
    ],
    [
      "weights of another size",
      node("Conv", ["image", "w"], "x"),
      [ones("w", [3, 4, 3, 3])],
      "uses Conv with weights of another size (node x)",
    ],
    [
      "a kernel beyond the image",
      node("Conv", ["image", "w"], "x"),
      [ones("w", [3, 3, 7, 3])],
      "uses Conv with a kernel larger than its input (node x)",
    ],
    [
      "a window that begins behind the image",
      node("MaxPool", ["image"], "x", {
        kernel_shape: { ints: [2, 2] },
        strides: { ints: [3, 1] },
        ceil_mode: { int: 1 },
      }),
      [],
      "uses MaxPool with ceil_mode and a window beyond the image (node x)",
    ],
    [
      "a one-dimensional kernel",
      node("MaxPool", ["image"], "x", { kernel_shape: { ints: [3] } }),
      [],
      "uses MaxPool that is not two-dimensional (node x)",
    ],
    [
      "a stride of zero",
      node("MaxPool", ["image"], "x", { kernel_shape: { ints: [2, 2] }, strides: { ints: [0, 1] } }),
      [],
      "uses MaxPool with strides of this size (node x)",
    ],
    [
      "padding with a reflection",
      node("Pad", ["image", "p"], "x", { mode: { string: "reflect" } }),
      [integers("p", 0, 0, 1, 1, 0, 0, 1, 1)],
      "uses Pad with anything but zeros (node x)",
    ],
    [
      "padding of the channels",
      node("Pad", ["image", "p"], "x"),
      [integers("p", 0, 1, 0, 0, 0, 0, 0, 0)],
      "uses Pad of other axes than height and width (node x)",
    ],
    [
      "a slice that turns the image",
      node("Slice", ["image", "from", "to", "axes", "steps"], "x"),
      [integers("from", 7), integers("to", -9), integers("axes", 3), integers("steps", -1)],
      "uses Slice along another axis than a map's (node x)",
    ],
    [
      "a split of the rows",
      node("Split", ["image"], "x", { axis: { int: 2 } }),
      [],
      "uses Split along another axis than the channels (node x)",
    ],
    [
      "slopes of their own",
      node("PRelu", ["image", "w"], "x"),
      [{ name: "w", dims: [3, 1, 1], data: Float32Array.of(0.1, 0.2, 0.3) }],
      "uses PRelu with a slope for each channel (node x)",
    ],
    [
      "an approximation that ONNX does not have",
      node("Gelu", ["image"], "x", { approximate: { string: "sine" } }),
      [],
      "uses Gelu with approximate sine (node x)",
    ],
    [
      "a mean over channels",
      node("ReduceMean", ["image"], "x", { axes: { ints: [1] } }),
      [],
      "uses ReduceMean over other axes than height and width (node x)",
    ],
    [
      "an odd transpose",
      node("Transpose", ["image"], "x", { perm: { ints: [0, 1, 3, 2] } }),
      [],
      "uses Transpose with perm 0,1,3,2 (node x)",
    ],
    [
      "an odd shape",
      node("Reshape", ["image", "s"], "x"),
      [{ name: "s", dims: [3], data: BigInt64Array.of(1n, 3n, 48n) }],
      "uses a reshape of 1×3×6×8 to 1×3×48 (node x)",
    ],
    [
      "padding without end",
      node("Conv", ["image", "w"], "x", pads(1 << 29, 1)),
      [ones("w", [3, 3, 1, 1])],
      "makes tensors that are too large",
    ],
    [
      "a vast border",
      node("Conv", ["image", "w"], "x", pads(1 << 20, 1 << 18)),
      [ones("w", [3, 3, 1, 1])],
      "needs 16777233 MiB of memory, 1 of them for its weights, where a kernel may have 64",
    ],
    [
      "padding beyond a pool's kernel",
      node("MaxPool", ["image"], "x", { ...pads(1, 1), kernel_shape: { ints: [1, 1] } }),
      [],
      "uses MaxPool with more padding than kernel (node x)",
    ],
  ])("because of %s", (_, first, initialisers, reason) => {
    expect(reasonOf([first, ...head], initialisers)).toBe(reason);
  });

  test("because of an operator of another domain", () => {
    const foreign = { ...node("Relu", ["image"], "x"), domain: "com.microsoft" };
    expect(reasonOf([foreign, ...head])).toBe("uses the operator com.microsoft.Relu (node x)");
  });

  test("because its output is not one value a label", () => {
    expect(reasonOf([node("Relu", ["image"], "output")])).toBe(
      "has an output of size 1×3×6×8, not of 3 labels",
    );
  });

  test("because its input is not the manifest's", () => {
    const input = { ...format.input, layout: "NHWC" as const };
    const onnx = modelOf([node("Relu", ["image"], "x"), ...head]);
    expect(compilePlan(onnx, { ...format, input })).toEqual({
      unsupported: "takes an input of size any×3×6×8, not 1×6×8×3",
    });
  });
});

test("a pool whose last window begins on the image's last row may round up", () => {
  const attributes = { kernel_shape: { ints: [3, 1] }, strides: { ints: [5, 1] }, ceil_mode: { int: 1 } };
  expect(reasonOf([node("MaxPool", ["image"], "x", attributes), ...head])).toBeUndefined();
});

/** How many tensors the plan of a model has. */
function tensorsOf(nodes: readonly OnnxNode[], initialisers: readonly OnnxTensor[]): number {
  const compiled = compilePlan(modelOf(nodes, initialisers), format);
  if ("unsupported" in compiled) throw new Error(compiled.unsupported);
  return compiled.plan.tensors.length;
}

test("a Pad goes into the convolution after it, and an activation of several nodes is one step", () => {
  const weights = ones("w", [3, 3, 3, 3]);
  const convolution = (input: string) => node("Conv", [input, "w"], "c", pads(1, 1));
  const plain = tensorsOf([convolution("image"), node("Relu", ["c"], "x"), ...head], [weights]);
  const padding = integers("p", 0, 0, 1, 2, 0, 0, 1, 0);
  const padded = [node("Pad", ["image", "p"], "padded"), convolution("padded"), node("Relu", ["c"], "x")];
  expect(tensorsOf([...padded, ...head], [weights, padding])).toBe(plain);
  const gated = [convolution("image"), node("Sigmoid", ["c"], "s"), node("Mul", ["c", "s"], "x")];
  expect(tensorsOf([...gated, ...head], [weights])).toBe(plain);
});

test("a batch axis fixed at 1 compiles", () => {
  const nodes = [node("Relu", ["image"], "x"), ...head];
  const fixed = (batch: number) =>
    compilePlan(
      new Uint8Array(
        writeOnnx({
          inputs: [{ name: "image", dims: [batch, 3, 6, 8] }],
          outputs: [{ name: "output", dims: [batch, 3] }],
          nodes,
        }),
      ),
      format,
    );
  expect(fixed(1)).toHaveProperty("plan");
  expect(fixed(2)).toEqual({ unsupported: "takes an input of size 2×3×6×8, not 1×3×6×8" });
});

test("the shipped models compile", async () => {
  for (const { onnx, manifest } of nodeRegistry().classifiers) {
    expect(compilePlan(new Uint8Array(await onnx()), manifest), manifest.id).toHaveProperty("plan");
  }
});
