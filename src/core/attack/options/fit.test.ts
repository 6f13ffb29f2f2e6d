import { describe, expect, test } from "vitest";
import { nodeRegistry } from "../../../node/services.ts";
import { boundsOf, fitOptions, type WorkLimit } from "./fit.ts";
import { type AttackInput, OptionError, resolveOptions } from "./options.ts";
import type { AttackSettings } from "./settings.ts";

const classifier = nodeRegistry().default;
const bounds = boundsOf(classifier, 100_000);

/** A query costs one million multiply-adds for each pixel that it changes, whatever the search. */
function workOf(settings: AttackSettings): number {
  if (settings.pixels !== "min") return settings.budget * settings.pixels;
  return (settings.budget * settings.maxPixels * (settings.maxPixels + 1)) / 2;
}

const fitted = (input: AttackInput, maxWork: number) =>
  fitOptions(input, bounds, { maxWork, workOf } as WorkLimit<AttackSettings>);

function problemOf(input: AttackInput, maxWork: number): { field: string; detail: string } {
  try {
    fitted(input, maxWork);
  } catch (error) {
    if (error instanceof OptionError) return { field: error.field, detail: error.detail };
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(input)}`);
}

test("bounds are the model's size, channels and labels, and the caller's limit", () => {
  expect(boundsOf(classifier, 7)).toMatchObject({
    width: 32,
    height: 32,
    channels: 3,
    labels: classifier.manifest.labels,
    maxBudget: 7,
  });
});

describe("options whose work is allowed", () => {
  test("stay as they are, up to exactly the limit", () => {
    for (const input of [{ pixels: 5, budget: 200 }, { pixels: 5 }, { pixels: "min" }] as const) {
      const settings = resolveOptions(input, bounds);
      expect(fitted(input, workOf(settings))).toEqual(settings);
    }
  });
});

describe("a budget that was left out", () => {
  test.each([
    [49_999, 9999],
    [49_996, 9999],
    [49_995, 9999],
    [49_994, 9998],
    [5004, 1000],
    [9, 1],
    [5, 1],
  ])("is lowered to what fits into %i: %i", (maxWork, budget) => {
    const settings = fitted({ pixels: 5, seed: 3 }, maxWork);
    expect(settings).toEqual(resolveOptions({ pixels: 5, seed: 3, budget }, bounds));
  });
});

describe("a budget that was asked for", () => {
  test("is refused if it costs too much, with the most that is allowed", () => {
    expect(fitted({ pixels: 5, budget: 200 }, 1000).budget).toBe(200);
    expect(problemOf({ pixels: 5, budget: 201 }, 1000)).toEqual({
      field: "budget",
      detail:
        "must be at most 200 with these options, not 201: a request may cost 1000 million multiply-adds, " +
        "and this one may cost 1005.",
    });
  });

  test("is refused, too, for the fewest pixels, whose end then stays", () => {
    expect(problemOf({ pixels: "min", budget: 200 }, 5500).detail).toContain(
      "at most 100 with these options",
    );
  });
});

describe("the fewest pixels", () => {
  // Up to k pixels, each number with a whole scan's budget, cost 8,192 · k · (k + 1) / 2.
  test.each([
    [10, 450_560],
    [9, 450_559],
    [4, 81_920],
    [3, 81_919],
    [2, 24_576],
    [1, 24_575],
    [1, 8192],
  ])("end at %i pixels where %i is allowed", (maxPixels, maxWork) => {
    const settings = fitted({ pixels: "min" }, maxWork);
    expect(settings).toMatchObject({ pixels: "min", maxPixels });
    expect(settings.budget).toBeGreaterThanOrEqual(8192);
    expect(workOf(settings)).toBeLessThanOrEqual(maxWork);
  });

  test("end at one pixel, with a smaller budget, where not even one scan is allowed", () => {
    expect(fitted({ pixels: "min" }, 8191)).toMatchObject({ maxPixels: 1, budget: 8191 });
  });

  test("end where they were told to, with a smaller budget", () => {
    expect(fitted({ pixels: "min", maxPixels: 10 }, 55_000)).toMatchObject({ maxPixels: 10, budget: 1000 });
  });

  test("with a smaller budget than a scan's keep their end where that fits", () => {
    const small = { ...bounds, maxBudget: 10_000 };
    // The limit of one attack leaves each of ten searches 1,000 queries: 55,000 together.
    const settings = fitOptions({ pixels: "min" }, small, { maxWork: 54_999, workOf });
    expect(settings).toMatchObject({ pixels: "min", maxPixels: 9, budget: 1111 });
  });
});

test("a model of which not even one query is allowed is refused", () => {
  for (const input of [{ pixels: 5 }, { pixels: 5, budget: 10 }]) {
    expect(problemOf(input, 4.5)).toEqual({
      field: "model",
      detail: "takes 5 million multiply-adds for one query of each search, over the 4.5 of a request.",
    });
  }
});
