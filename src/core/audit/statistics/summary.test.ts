import { expect, test } from "vitest";
import { fc } from "../../../../test/support/property.ts";
import { quantile, summarise } from "./summary.ts";

test("quantiles interpolate as NumPy's default does", () => {
  // numpy.quantile([1, 2, 4, 8, 16], [0, .1, .5, .9, 1])
  const values = [1, 2, 4, 8, 16];
  expect([0, 0.1, 0.5, 0.9, 1].map((share) => quantile(values, share))).toEqual([1, 1.4, 4, 12.8, 16]);
  expect(quantile([1, 2], 0.5)).toBe(1.5);
  expect(quantile([7], 0.9)).toBe(7);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

test("a summary orders its figures and does not depend on the order of the values", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
      const summary = summarise(values)!;
      expect(summary.smallest).toBe(Math.min(...values));
      expect(summary.largest).toBe(Math.max(...values));
      expect(summary.median).toBeLessThanOrEqual(summary.percentile90);
      expect(summary.mean).toBeGreaterThanOrEqual(summary.smallest - 1e-12);
      expect(summary.mean).toBeLessThanOrEqual(summary.largest + 1e-12);
      expect(summarise(values.toReversed())).toEqual(summary);
    }),
  );
});

test("there is nothing to say of no values", () => {
  expect(summarise([])).toBeNull();
});
