import { describe, expect, test } from "vitest";
import { HEADER_TENSORS, TENSOR_BYTES, TENSOR_COUNT } from "../../../assembly/inference/program.ts";
import { kernelModule, nodeRegistry } from "../../node/services.ts";
import { createInference } from "../kernel/inference.ts";
import { instantiate } from "../kernel/instance.ts";
import type { Classifier } from "../model/classifier.ts";
import { costOf } from "../model/cost.ts";
import { estimateMultiplyAdds } from "../onnx/estimate.ts";
import { priceOfQuery } from "./price.ts";

const classifier = nodeRegistry().default;
const { input } = classifier.manifest;
const compiled = await classifier.compile();
if ("unsupported" in compiled) throw new Error(compiled.unsupported);
const { plan } = compiled;
const onnx = await classifier.onnx();
const total = plan.costs.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);

/** How many positions of each tensor the kernel itself marks as dirty, for one changed pixel after the other. */
function dirtyCounts(): number[] {
  const wasm = instantiate(kernelModule());
  let arena = 0;
  const counts = plan.tensors.map(() => 0);
  const watched = {
    ...wasm,
    reserve: (bytes: number) => {
      arena = wasm.reserve(bytes);
      return arena;
    },
    infer: (candidates: number, pixels: number) => {
      wasm.infer(candidates, pixels);
      const memory = new DataView(wasm.memory.buffer);
      const tensors = arena + memory.getInt32(arena + HEADER_TENSORS, true);
      for (const i of counts.keys()) {
        counts[i]! += memory.getInt32(tensors + i * TENSOR_BYTES + TENSOR_COUNT, true);
      }
    },
  };
  const { width, height, channels } = input;
  const data = new Uint8Array(width * height * channels).fill(128);
  const inference = createInference(watched, plan, { width, height, channels, data }, input, 1);
  for (let position = 0; position < width * height; position++) {
    inference.query({ count: 1, pixels: 1, encoded: Uint32Array.of(position, 0xffffff) });
  }
  return counts.map((count) => count / (width * height));
}

describe("the costs of a plan", () => {
  test("tell the positions that one pixel touches as the kernel counts them, on average over all pixels", () => {
    for (const [i, dirty] of dirtyCounts().entries()) {
      const { height, width, name } = plan.tensors[i]!;
      expect(plan.costs[i]!.touched * height * width, name).toBeCloseTo(dirty, 9);
    }
  });

  test("add up to what the model card says: 12.5 million multiply-adds, 1.77 for one pixel", () => {
    expect(total / 1e6).toBeCloseTo(12.56, 2);
    const one = plan.costs.reduce((sum, { multiplyAdds, touched }) => sum + multiplyAdds * touched, 0);
    expect(one / 1e6).toBeCloseTo(1.77, 2);
  });
});

test("the estimate from the graph alone is near the compiled plan's multiply-adds", () => {
  const estimate = estimateMultiplyAdds(onnx, input);
  expect(estimate / total).toBeGreaterThan(0.95);
  expect(estimate / total).toBeLessThan(1.1);
});

test("a file whose graph cannot be read is taken to use every weight at every position", () => {
  expect(estimateMultiplyAdds(new Uint8Array(4000).fill(255).buffer, input)).toBe(1000 * 1024);
});

describe("the price of a query", () => {
  test("grows with the number of pixels, up to a whole pass and what each pixel adds", () => {
    const prices = [1, 3, 5, 16, 64, 273, 1024].map((k) => priceOfQuery(classifier, "incremental", k));
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    expect(prices[1]! / prices[0]!).toBeLessThanOrEqual(3);
    expect(prices.at(-1)!).toBeCloseTo(total / 1e6 + 1.124, 2);
  });

  test("through onnxruntime is that of a whole pass at any number of pixels, compiled or not", () => {
    const uncompiled: Classifier = {
      ...classifier,
      cost: () => costOf({ unsupported: "is not for the kernel" }, onnx, classifier.manifest),
    };
    const known = priceOfQuery(classifier, "onnxruntime", 1);
    expect(known).toBeGreaterThan((total / 1e6) * 1.7);
    expect(priceOfQuery(uncompiled, "incremental", 1) / known).toBeCloseTo(1, 1);
  });

  test("is what it says: multiply-adds of what is touched, and what each query, pixel and value adds", () => {
    const toy: Classifier = {
      ...classifier,
      cost: () => ({
        tensors: [
          { multiplyAdds: 2e6, touched: 0.5 },
          { multiplyAdds: 8e6, touched: 0.25 },
        ],
      }),
    };
    const beside = (pixels: number) => 0.1 + 0.001 * pixels;
    expect(priceOfQuery(toy, "incremental", 1)).toBeCloseTo(1 + 2 + beside(1), 12);
    expect(priceOfQuery(toy, "incremental", 2)).toBeCloseTo(1.5 + 3.5 + beside(2), 12);
    for (const pixels of [1, 7]) {
      const dense = 10 * 2.1 + 3072 * 3e-5 + beside(pixels);
      expect(priceOfQuery(toy, "onnxruntime", pixels)).toBeCloseTo(dense, 12);
    }
  });

  test("of a model without a plan is that of its estimate", () => {
    const uncompiled: Classifier = { ...classifier, cost: () => ({ multiplyAdds: 7e6 }) };
    for (const engine of ["incremental", "onnxruntime"] as const) {
      expect(priceOfQuery(uncompiled, engine, 2)).toBeCloseTo(7 * 2.1 + 3072 * 3e-5 + 0.102, 9);
    }
  });
});

test("the cost of a model is that of its plan, or without one the estimate of its graph", async () => {
  expect(classifier.cost()).toEqual({ tensors: plan.costs });
  const { manifest } = classifier;
  const cost = costOf({ unsupported: "is not for the kernel" }, onnx, manifest);
  expect(cost).toEqual({ multiplyAdds: estimateMultiplyAdds(onnx, input) });
});
