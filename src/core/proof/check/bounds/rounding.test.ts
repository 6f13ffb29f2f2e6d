/** Bounds beside the worst that roundings can do, in a network that is small enough to try all of their signs. */
import { describe, expect, test } from "vitest";
import { writeOnnx } from "../../../../../test/support/onnx-writer.ts";
import { node } from "../../../../../test/support/small-graph.ts";
import { readNetwork } from "../network/read-network.ts";
import { createBounds } from "./bounds.ts";

const input = {
  ...{ width: 2, height: 1, channels: 1 as const, layout: "NCHW" as const },
  ...{ scale: 1 / 255, mean: [0.4], std: [0.3] },
};
const data = (...values: number[]) => Float32Array.from(values);
const weight = 1.5;
const bias = 1;
const matrix = data(0.75, -2, 0.5, 1);
const scores = data(4, 1);

/** Two positions, a convolution of one weight, a LeakyRelu, and a matrix to two labels. */
const onnx = new Uint8Array(
  writeOnnx({
    inputs: [{ name: "image", dims: [1, 1, 1, 2] }],
    outputs: [{ name: "output", dims: [1, 2] }],
    initialisers: [
      { name: "w", dims: [1, 1, 1, 1], data: data(weight) },
      { name: "b", dims: [1], data: data(bias) },
      { name: "m", dims: [2, 2], data: matrix },
      { name: "c", dims: [2], data: scores },
    ],
    nodes: [
      node("Conv", ["image", "w", "b"], "h"),
      node("LeakyRelu", ["h"], "r", { alpha: { float: 0.3 } }),
      node("Flatten", ["r"], "f"),
      node("Gemm", ["f", "m", "c"], "output"),
    ],
  }),
);

const gamma = (products: number) => ((products + 16) * 2 ** -24) / (1 - (products + 16) * 2 ** -24);

/** The lead of the first label when each of eight roundings is as large as it may be, with a sign. */
function leadWith(bytes: readonly number[], signs: readonly number[], part: number): number {
  const images = bytes.map((byte, i) => {
    const size = (2 ** -22 * (byte / 255 + 0.4)) / 0.3;
    return (byte / 255 - 0.4) / 0.3 + part * signs[i]! * size;
  });
  const hidden = images.map((value, i) => {
    const size = gamma(1) * (Math.abs(weight * value) + bias);
    const sum = weight * value + bias + part * signs[2 + i]! * size;
    const slope = Math.fround(0.3);
    return sum > 0 ? sum : slope * sum + part * signs[6 + i]! * 2 ** -24 * Math.abs(slope * sum);
  });
  const [first, second] = [0, 1].map((label) => {
    const products = hidden.map((value, i) => value * matrix[i * 2 + label]!);
    const size = gamma(2) * products.reduce((sum, each) => sum + Math.abs(each), Math.abs(scores[label]!));
    return products.reduce((sum, each) => sum + each, scores[label]!) + part * signs[4 + label]! * size;
  });
  return first! - second!;
}

const SIGNS = Array.from({ length: 256 }, (_, i) =>
  Array.from({ length: 8 }, (_, bit) => ((i >> bit) & 1) * 2 - 1),
);

describe.each([
  ["a brighter pixel", 120, 255, 120, 1.1],
  ["a darker pixel", 120, 0, 120, 1.5],
  ["the same pixel", 0, 0, 120, 1.1],
  // 1.5 × (51 / 255 − 0.4) / 0.3 + 1 is 0.
  ["the other pixel at the kink", 120, 255, 51, 2],
])("with %s", (_, before, byte, other, most) => {
  const bounds = createBounds(
    readNetwork(onnx, { input, labels: ["a", "b"], output: "logits" }),
    { width: 2, height: 1, channels: 1, data: Uint8Array.of(before, other) },
    input,
  );
  const bytes = [byte, other];
  const worst = Math.min(...SIGNS.map((signs) => leadWith(bytes, signs, 1)));
  const exact = leadWith(bytes, SIGNS[0]!, 0);

  test.each(["fast", "half", "fine"] as const)("the %s bound is below all of them", (analysis) => {
    bounds.enclose(0, { low: [byte], high: [byte] });
    const { bound, rounding } = bounds.lead(0, 1, analysis);
    // Far below one rounding: the arithmetic of this test and of the checker.
    expect(bound).toBeLessThanOrEqual(worst + 1e-11);
    expect(bound + rounding).toBeCloseTo(exact, 5);
    expect(bounds.forwardLead(0, 1)).toBeLessThanOrEqual(worst + 1e-11);
  });

  test("the fine one is hardly below the worst", () => {
    bounds.enclose(0, { low: [byte], high: [byte] });
    const { bound } = bounds.lead(0, 1, "fine");
    expect(exact - bound).toBeLessThan(most * (exact - worst));
  });
});

test("a maximum that another pixel has brings that pixel's error", () => {
  const maximum = new Uint8Array(
    writeOnnx({
      inputs: [{ name: "image", dims: [1, 1, 1, 2] }],
      outputs: [{ name: "output", dims: [1, 2] }],
      initialisers: [{ name: "m", dims: [1, 2], data: data(1, -1) }],
      nodes: [
        node("GlobalMaxPool", ["image"], "p"),
        node("Flatten", ["p"], "f"),
        node("Gemm", ["f", "m"], "output"),
      ],
    }),
  );
  const network = readNetwork(maximum, { input, labels: ["a", "b"], output: "logits" });
  const bounds = createBounds(
    network,
    { width: 2, height: 1, channels: 1, data: Uint8Array.of(10, 200) },
    input,
  );
  bounds.enclose(0, { low: [0], high: [50] });
  const value = (200 / 255 - 0.4) / 0.3;
  const least = value - (2 ** -22 * (200 / 255 + 0.4)) / 0.3;
  for (const analysis of ["fast", "half", "fine"] as const) {
    const { bound, rounding } = bounds.lead(0, 1, analysis);
    expect(bound + rounding).toBeCloseTo(2 * value, 9);
    expect(bound).toBeLessThanOrEqual(2 * least - 2 * gamma(1) * least + 1e-11);
  }
});
