import { expect, test } from "vitest";
import { kernelModule, noise } from "../../../test/support/kernel/fixtures.ts";
import { writeOnnx } from "../../../test/support/onnx-writer.ts";
import { compilePlan, type Interface } from "../compiler/compile.ts";
import { createInference } from "./inference.ts";
import { instantiate } from "./instance.ts";

const PIXELS = 8 * 8;
const HIDDEN = 192;
const FORMAT: Interface = {
  input: { width: 8, height: 8, channels: 1, layout: "NCHW", scale: 1 / 255, mean: [0], std: [1] },
  labels: ["a", "b", "c"],
  output: "logits",
};

const node = (op: string, inputs: string[], output: string) => ({ op, inputs, outputs: [output] });
const weights = (name: string, ...dims: number[]) => ({
  name,
  dims,
  data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * i)),
});

/** A multilayer perceptron: its first layer reads 48 KiB of weights, for one position. */
const perceptron = new Uint8Array(
  writeOnnx({
    inputs: [{ name: "image", dims: [1, 1, 8, 8] }],
    outputs: [{ name: "logits", dims: [1, 3] }],
    initialisers: [weights("first", PIXELS, HIDDEN), weights("second", HIDDEN, 3)],
    nodes: [
      node("Flatten", ["image"], "flat"),
      node("MatMul", ["flat", "first"], "sums"),
      node("Relu", ["sums"], "hidden"),
      node("MatMul", ["hidden", "second"], "logits"),
    ],
  }),
);

test("a network bound by its weights computes 16 candidates side by side, with the bits of one at a time", () => {
  const compiled = compilePlan(perceptron, FORMAT);
  if ("unsupported" in compiled) throw new Error(compiled.unsupported);
  const { plan } = compiled;
  expect(plan.room(1).lanes).toBe(16);
  const open = () => createInference(instantiate(kernelModule), plan, noise(8, 8, 1), FORMAT.input, 1);
  const all = Array.from({ length: PIXELS }, (_, i) => [i, (i * 37) % 256]);
  const one = open();
  const expected = all.map((pixel) =>
    one.query({ count: 1, pixels: 1, encoded: Uint32Array.from(pixel) }).join(),
  );
  expect(new Set(expected).size).toBeGreaterThan(PIXELS / 2);
  const inference = open();
  for (const count of [1, 2, 15, 16, 17, 64]) {
    const encoded = Uint32Array.from(all.slice(0, count).flat());
    const actual = inference.query({ count, pixels: 1, encoded });
    expect(
      Array.from({ length: count }, (_, i) => actual.subarray(i * 3, i * 3 + 3).join()),
      `${count} candidates`,
    ).toEqual(expected.slice(0, count));
  }
});
