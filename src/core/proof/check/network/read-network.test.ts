import { describe, expect, test } from "vitest";
import type { OnnxAttribute } from "../../../../../test/support/onnx-writer.ts";
import { format, head, modelOf, node, ones } from "../../../../../test/support/small-graph.ts";
import { readNetwork } from "./read-network.ts";

const logits = { ...format, output: "logits" as const };

/** What is said of a graph of one node between the image and three labels. */
function refusalOf(op: string, inputs: string[] = ["image"], attributes: Record<string, OnnxAttribute> = {}) {
  const weights = [
    ones("w", [3, 3, 3, 3]),
    ones("small", [3, 1, 3, 3]),
    ones("v", [3]),
    ones("m", [8, 8]),
    ones("one", [1]),
  ];
  const onnx = modelOf([node(op, inputs, "x", attributes), ...head], weights);
  try {
    readNetwork(onnx, logits);
  } catch (error) {
    return (error as Error).message;
  }
  return null;
}

test("a network is read", () => {
  const { steps, scores, hasSoftmax } = readNetwork(modelOf([node("Relu", ["image"], "x"), ...head]), logits);
  expect(steps.map(({ kind }) => kind)).toEqual(["kink", "linear"]);
  expect(scores).toHaveLength(3);
  expect(hasSoftmax).toBe(false);
});

describe("a network is refused", () => {
  test.each<[string, string, string[], Record<string, OnnxAttribute>]>([
    ["The checker has no operator Sigmoid.", "Sigmoid", ["image"], {}],
    ["The checker has no operator toString.", "toString", ["image"], {}],
    ["The checker has no Mul of two values that depend on the image.", "Mul", ["image", "image"], {}],
    ["The checker has no Div by a value that depends on the image.", "Div", ["one", "image"], {}],
    ["The checker has no Conv whose weights do not fit its input.", "Conv", ["image", "small"], {}],
    ["The checker has no Conv with auto_pad SAME.", "Conv", ["image", "w"], { auto_pad: { string: "SAME" } }],
    ["The checker has no Pad but with zeros", "Pad", ["image"], { mode: { string: "edge" } }],
    ["The checker has no Cast but to 32-bit", "Cast", ["image"], { to: { int: 10 } }],
    ["The checker has no Softmax but over the labels.", "Softmax", ["image"], {}],
    ["The checker has no MaxPool without kernel_shape.", "MaxPool", ["image"], {}],
    [
      "The checker has no MaxPool with a window behind",
      "MaxPool",
      ["image"],
      { kernel_shape: { ints: [1, 1] }, pads: { ints: [0, 0, 0, 2] } },
    ],
    ["The checker has no ReduceMean over the batch.", "ReduceMean", ["image"], { axes: { ints: [0] } }],
    ["The checker has no Gemm of anything but a vector", "Gemm", ["image", "m"], {}],
    ["The checker has no BatchNormalization without", "BatchNormalization", ["image", "v"], {}],
  ])("%s", (reason, op, inputs, attributes) => {
    expect(refusalOf(op, inputs, attributes)).toMatch(reason);
  });

  test("whose softmax is not the end", () => {
    const nodes = [...head.slice(0, 1), node("Flatten", ["pooled"], "flat"), node("Softmax", ["flat"], "p")];
    const onnx = modelOf([node("Relu", ["image"], "x"), ...nodes, node("Relu", ["p"], "output")]);
    expect(() => readNetwork(onnx, format)).toThrow("no Softmax before the end");
  });

  test("whose manifest calls probabilities logits", () => {
    const nodes = [
      ...head.slice(0, 1),
      node("Flatten", ["pooled"], "flat"),
      node("Softmax", ["flat"], "output"),
    ];
    const onnx = modelOf([node("Relu", ["image"], "x"), ...nodes]);
    expect(() => readNetwork(onnx, logits)).toThrow("its output is logits");
    expect(readNetwork(onnx, format).hasSoftmax).toBe(true);
  });

  test("whose weights are not finite", () => {
    const weights = ones("w", [3, 3, 1, 1]);
    weights.data[4] = Number.NaN as never;
    const onnx = modelOf([node("Conv", ["image", "w"], "x"), ...head], [weights]);
    expect(() => readNetwork(onnx, logits)).toThrow("a weight that is not finite");
  });

  test("that has another number of scores", () => {
    const onnx = modelOf([node("Relu", ["image"], "x"), ...head]);
    expect(() => readNetwork(onnx, { ...logits, labels: ["a", "b"] })).toThrow(
      "not one score for each label",
    );
  });
});
