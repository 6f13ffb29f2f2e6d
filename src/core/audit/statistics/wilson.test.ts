import { describe, expect, test } from "vitest";
import { fc } from "../../../../test/support/property.ts";
import { proportion } from "./wilson.ts";

describe("the 95 % Wilson interval", () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17
  // (1998), table I, method 3: the score method without continuity correction.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i is %f to %f, as Newcombe printed", (count, n, low, high) => {
    const { low: ourLow, high: ourHigh } = proportion(count, n);
    expect(ourLow).toBeCloseTo(low, 4);
    expect(ourHigh).toBeCloseTo(high, 4);
  });

  test.each([
    [34, 100, "25.5", "43.7"],
    [0, 100, "0.0", "3.7"],
    [100, 100, "96.3", "100.0"],
  ])("of %i in %i is %s to %s percent", (count, n, low, high) => {
    const interval = proportion(count, n);
    expect((interval.low * 100).toFixed(1)).toBe(low);
    expect((interval.high * 100).toFixed(1)).toBe(high);
  });

  test("knows nothing when nothing was counted", () => {
    expect(proportion(0, 0)).toEqual({ count: 0, n: 0, rate: null, low: 0, high: 1 });
  });

  test("holds the rate, stays in 0…1, is symmetric, and its ends solve the score equation", () => {
    const counts = fc
      .integer({ min: 1, max: 100_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([count, n]) => {
        const { rate, low, high } = proportion(count, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(rate!);
        expect(high).toBeGreaterThanOrEqual(rate!);
        expect(high).toBeLessThanOrEqual(1);
        const mirrored = proportion(n - count, n);
        expect(mirrored.low).toBeCloseTo(1 - high, 10);
        for (const end of [low, high]) {
          if (end === 0 || end === 1) continue;
          const score = (rate! - end) / Math.sqrt((end * (1 - end)) / n);
          expect(Math.abs(score)).toBeCloseTo(1.959964, 4);
        }
      }),
    );
  });

  test.each([
    [1, 0],
    [-1, 5],
    [0.5, 5],
    [1, Number.NaN],
  ])("refuses %f of %f", (count, n) => {
    expect(() => proportion(count, n)).toThrow(RangeError);
  });
});
