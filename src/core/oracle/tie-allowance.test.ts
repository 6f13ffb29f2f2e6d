import { expect, test } from "vitest";
import { nodeRegistry } from "../../node/services.ts";
import { priceOfQuery } from "./price.ts";
import { tieAllowance, workOfTies } from "./tie-allowance.ts";

const classifier = nodeRegistry().default;
/** A call of onnxruntime counts two more. */
const price = priceOfQuery(classifier, "onnxruntime", 1) + 2;

test("near ties worth 10,000 million multiply-adds and one in 32 queries may be decided", () => {
  const base = Math.ceil(10_000 / price);
  for (const [queries, more] of [
    [1, 1],
    [32, 1],
    [33, 2],
    [8192, 256],
    [100_000, 3125],
  ] as const) {
    expect(tieAllowance(classifier, queries)).toEqual({ left: base + more });
  }
});

test("a corner scan of the shipped classifier may meet three times the near ties of the worst evaluation image measured", () => {
  expect(tieAllowance(classifier, 8192).left).toBeGreaterThan(3 * 179);
});

test("their work is that of onnxruntime's queries, and nothing where onnxruntime answers anyway", () => {
  expect(workOfTies(classifier, "incremental", 8192)).toBe(tieAllowance(classifier, 8192).left * price);
  expect(workOfTies(classifier, "onnxruntime", 8192)).toBe(0);
});
