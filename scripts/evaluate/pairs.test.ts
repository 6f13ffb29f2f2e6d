/** Two searches compared image by image. */
import { expect, test } from "vitest";
import { comparePair, pairCells } from "./pairs.ts";

const outcomes = (queries: readonly number[], fooled: readonly boolean[]) =>
  queries.map((each, i) => ({ queries: each, isFooled: fooled[i]! }));

const quick = { name: "quick", outcomes: outcomes([1, 4, 10, 2], [true, true, false, true]) };
const slow = { name: "slow", outcomes: outcomes([5, 4, 8, 12], [true, false, true, true]) };

test("images count for the search that alone fools them, or that needs fewer queries", () => {
  expect(comparePair(quick, slow)).toMatchObject({
    searches: ["quick", "slow"],
    images: 4,
    only: [1, 1],
    difference: { mean: -3 },
    fewer: 2,
    more: 1,
  });
  expect(comparePair(slow, quick)).toMatchObject({
    only: [1, 1],
    difference: { mean: 3 },
    fewer: 1,
    more: 2,
  });
});

test("the interval is that of the mean, and the odds are those of the exact sign test", () => {
  // Deviations −1, 3, 5, −7 of the mean: the variance is 21, so the margin is 1.96 × √21 ÷ √3.
  const pair = comparePair(quick, slow);
  expect(pair.difference.margin).toBeCloseTo(5.186, 3);
  expect(pairCells(pair)).toEqual([
    "quick, slow",
    "4",
    "1",
    "1",
    "p = 1.000",
    "-3 (-8 to 2)",
    "2, 1",
    "p = 1.000",
  ]);
  const clear = { ...pair, fewer: 8, more: 0 };
  expect(pairCells(clear).at(-1)).toBe("p = 0.008");
});
