import { describe, expect, test } from "vitest";
import { fooled, outcome, outcomes } from "../../../../test/support/outcomes.ts";
import { fc } from "../../../../test/support/property.ts";
import { minimalPixels } from "./minimum.ts";
import { statistics } from "./statistics.ts";
import { proportion } from "./wilson.ts";

const space = { labels: 3, width: 4, height: 4 };

describe("statistics of an audit", () => {
  const five = [
    fooled(0, 0, 1, { queries: 10, probability: 0.6 }),
    fooled(1, 0, 2, { queries: 30, probability: 0.9 }),
    outcome({ index: 2, label: 1, queries: 8192, certified: true }),
    outcome({ index: 3, label: 2, status: "misclassified", newLabel: 0, probability: 0.7, queries: 0 }),
    outcome({ index: 4, label: 2, status: "failed", queries: 0, problem: "It broke." }),
  ];
  const figures = statistics(five, space);

  test("count rates over the images that were classified correctly", () => {
    expect(figures.images).toBe(4);
    expect(figures.failed).toBe(1);
    expect(figures.accuracy).toEqual(proportion(3, 4));
    expect(figures.fooled).toEqual(proportion(2, 3));
    expect(figures.certified).toEqual(proportion(1, 3));
  });

  test("give each class its own rates", () => {
    expect(figures.byClass).toEqual([
      { label: 0, accuracy: proportion(2, 2), fooled: proportion(2, 2) },
      { label: 1, accuracy: proportion(1, 1), fooled: proportion(0, 1) },
      { label: 2, accuracy: proportion(0, 1), fooled: proportion(0, 0) },
    ]);
  });

  test("say what turned into what, how surely, at what cost and where", () => {
    expect(figures.matrix).toEqual([
      [0, 1, 1],
      [0, 2, 1],
    ]);
    expect(figures.confidence).toMatchObject({ n: 2, mean: 0.75, median: 0.75 });
    expect(figures.queries.fooled).toMatchObject({ n: 2, mean: 20, median: 20, percentile90: 28 });
    expect(figures.queries.all).toMatchObject({ n: 3, median: 30, largest: 8192 });
    expect(figures.queries.total).toBe(8232);
    expect(figures.queries.histogram).toEqual([
      [1, 0],
      [2, 0],
      [4, 0],
      [8, 0],
      [16, 1],
      [32, 1],
    ]);
    expect(figures.density).toEqual({
      columns: 4,
      rows: 4,
      counts: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    });
    expect(figures.targets).toBeNull();
  });

  test("count an image once, whichever of its targets was reached", () => {
    const targeted = statistics(
      [
        fooled(0, 0, 1, { target: 1 }),
        fooled(0, 0, 2, { target: 2 }),
        fooled(1, 1, 0, { target: 0 }),
        outcome({ index: 1, label: 1, target: 2 }),
        outcome({ index: 2, label: 2, target: 0 }),
        outcome({ index: 2, label: 2, target: 1 }),
      ],
      space,
    );
    expect(targeted.fooled).toEqual(proportion(2, 3));
    expect(targeted.targets?.reached).toEqual(proportion(3, 6));
    expect(targeted.targets?.byTarget).toEqual([proportion(1, 2), proportion(1, 2), proportion(1, 2)]);
    expect(targeted.targets?.labelsReached).toMatchObject({ n: 3, mean: 1, largest: 2 });
  });

  test("bin the pixels of a large image", () => {
    const changed = [
      { x: 0, y: 0, from: "#000000", to: "#ffffff" },
      { x: 1023, y: 511, from: "#000000", to: "#ffffff" },
    ];
    const { density } = statistics([fooled(0, 0, 1, { changed })], { labels: 3, width: 1024, height: 512 });
    expect(density).toMatchObject({ columns: 32, rows: 32 });
    expect(density.counts[0]).toBe(1);
    expect(density.counts[32 * 32 - 1]).toBe(1);
  });

  test("are the same bits in any order, and their parts add up", () => {
    fc.assert(
      fc.property(
        outcomes.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          const figures = statistics(all, space);
          expect(JSON.stringify(statistics(shuffled, space))).toBe(JSON.stringify(figures));
          const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
          expect(figures.images + figures.failed).toBe(all.length);
          expect(figures.fooled.n).toBe(figures.accuracy.count);
          expect(sum(figures.byClass.map((one) => one.fooled.count))).toBe(figures.fooled.count);
          expect(sum(figures.byClass.map((one) => one.fooled.n))).toBe(figures.fooled.n);
          expect(sum(figures.matrix.map(([, , attacks]) => attacks))).toBe(figures.fooled.count);
          expect(figures.matrix.every(([from, to, attacks]) => from !== to && attacks > 0)).toBe(true);
          expect(sum(figures.density.counts)).toBe(figures.fooled.count);
          expect(sum(figures.queries.histogram.map(([, attacks]) => attacks))).toBe(figures.fooled.count);
          expect(figures.confidence?.n ?? 0).toBe(figures.fooled.count);
        },
      ),
    );
  });

  test("refuse an image that is counted twice, an unknown label, and mixed numbers of pixels", () => {
    expect(() => statistics([fooled(0, 0, 1), fooled(0, 0, 2)], space)).toThrow("Image 0, target null: two");
    expect(() => statistics([fooled(0, 0, 3)], space)).toThrow("label 3 is not one of the 3");
    expect(() => statistics([fooled(0, 0, 1), fooled(1, 0, 1, { pixels: 3 })], space)).toThrow("pixels is 3");
  });
});

describe("the fewest pixels", () => {
  const spot = { x: 0, y: 0, from: "#000000", to: "#ffffff" };

  test("are the smallest number that fooled, over all rows of an audit", () => {
    const found = minimalPixels([
      fooled(0, 0, 1, { pixels: 1 }),
      fooled(0, 0, 1, { pixels: 3, changed: [spot, spot, spot] }),
      outcome({ index: 1, pixels: 1 }),
      fooled(1, 0, 1, { pixels: 3, changed: [spot, spot] }),
      outcome({ index: 2, pixels: 1 }),
      outcome({ index: 2, pixels: 3 }),
      outcome({ index: 3, pixels: 1, status: "misclassified", newLabel: 1, probability: 0.5 }),
      outcome({ index: 4, pixels: 1 }),
      outcome({ index: 4, pixels: 3, status: "failed", problem: "It broke." }),
    ]);
    expect(found).toEqual({
      n: 3,
      counts: [
        [1, 1],
        [2, 1],
      ],
      survived: 1,
    });
  });
});
