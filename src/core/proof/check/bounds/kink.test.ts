/** Functions with a kink, of every colour of a box: what bounds say of a sum with the value before, which bends at the kink. */
import { expect, test } from "vitest";
import { pcg32 } from "../../../../../test/support/kernel/reference-random.ts";
import { writeOnnx } from "../../../../../test/support/onnx-writer.ts";
import { node } from "../../../../../test/support/small-graph.ts";
import { readNetwork } from "../network/read-network.ts";
import { createBounds } from "./bounds.ts";

const input = {
  ...{ width: 1, height: 1, channels: 1 as const, layout: "NCHW" as const },
  ...{ scale: 1 / 255, mean: [0.5], std: [0.5] },
};
const data = (...values: number[]) => Float32Array.from(values);

/** Two scores, each a sum of f(x) and x. */
function boundsWith(op: string, attributes: object, limits: readonly number[], weights: readonly number[]) {
  const onnx = writeOnnx({
    inputs: [{ name: "image", dims: [1, 1, 1, 1] }],
    outputs: [{ name: "output", dims: [1, 2] }],
    initialisers: [
      { name: "m", dims: [2, 2], data: data(...weights) },
      ...limits.map((limit, i) => ({ name: `l${i}`, dims: [], data: data(limit) })),
    ],
    nodes: [
      node(op, ["image", ...limits.map((_, i) => `l${i}`)], "f", attributes),
      node("Concat", ["f", "image"], "both", { axis: { int: 1 } }),
      node("Flatten", ["both"], "v"),
      node("Gemm", ["v", "m"], "output"),
    ],
  });
  const network = readNetwork(new Uint8Array(onnx), { input, labels: ["a", "b"], output: "logits" });
  return createBounds(network, { width: 1, height: 1, channels: 1, data: Uint8Array.of(77) }, input);
}

const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

test.each<[string, object, readonly number[], (x: number) => number]>([
  ["Relu", {}, [], (x) => Math.max(0, x)],
  ["LeakyRelu", { alpha: { float: 0.25 } }, [], (x) => (x < 0 ? x / 4 : x)],
  ["LeakyRelu", { alpha: { float: -0.5 } }, [], (x) => (x < 0 ? -x / 2 : x)],
  ["LeakyRelu", { alpha: { float: 2 } }, [], (x) => (x < 0 ? 2 * x : x)],
  ["Clip", {}, [0.25], (x) => Math.max(x, 0.25)],
  ["Clip", {}, [-9, -0.25], (x) => Math.min(x, -0.25)],
  ["Clip", {}, [-0.5, 0.25], (x) => clip(x, -0.5, 0.25)],
])("%s with %j %j", (op, attributes, limits, f) => {
  const random = pcg32(5n, 6n);
  for (let i = 0; i < 60; i++) {
    const weights = data(...Array.from({ length: 4 }, () => random.normal()));
    const bounds = boundsWith(op, attributes, limits, [...weights]);
    const low = random.below(200);
    const high = low + random.below(256 - low);
    const leads = Array.from({ length: high - low + 1 }, (_, byte) => {
      const x = ((low + byte) / 255 - 0.5) / 0.5;
      return f(x) * (weights[0]! - weights[1]!) + x * (weights[2]! - weights[3]!);
    });
    bounds.enclose(0, { low: [low], high: [high] });
    for (const [label, least] of [
      [0, Math.min(...leads)],
      [1, -Math.max(...leads)],
    ] as const) {
      const { bound } = bounds.lead(label, 1 - label, "fine");
      expect(bounds.forwardLead(label, 1 - label)).toBeLessThanOrEqual(least);
      expect(bound).toBeLessThanOrEqual(least);
      // The relaxation of one kink loses less than the function's own range.
      expect(bound).toBeGreaterThan(least - 2 * (Math.max(...leads) - Math.min(...leads)) - 3);
    }
  }
});
