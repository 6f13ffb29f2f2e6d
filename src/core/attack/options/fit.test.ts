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
  const { scanBudget, budget, maxPixels } = settings;
  return scanBudget + budget * ((maxPixels * (maxPixels + 1)) / 2 - 1);
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
  // Ten numbers of pixels cost the scan's queries once, and 54 times the budget of each of the others.
  test.each([
    [8192 + 54 * 10_000, 10_000],
    [8192 + 54 * 10_000 - 1, 9999],
    [16_384, 151],
  ])("of %i multiply-adds keep a whole scan, with %i queries for each other number", (maxWork, budget) => {
    const settings = fitted({ pixels: "min" }, maxWork);
    expect(settings).toEqual(resolveOptions({ pixels: "min", budget, scanBudget: 8192 }, bounds));
    expect(workOf(settings)).toBeLessThanOrEqual(maxWork);
    expect(fitted({ pixels: "min", budget, scanBudget: 8192 }, maxWork)).toEqual(settings);
  });

  test("have the same budget for each number where the scan takes more than half of the work", () => {
    const settings = fitted({ pixels: "min" }, 16_383);
    expect(settings).toEqual(resolveOptions({ pixels: "min", budget: 297 }, bounds));
    expect(settings).toMatchObject({ scanBudget: 297, maxPixels: 10 });
  });

  test("end where they were told to", () => {
    const settings = fitted({ pixels: "min", maxPixels: 3 }, 20_000);
    expect(settings).toMatchObject({ maxPixels: 3, scanBudget: 8192, budget: 2361 });
  });

  test("keep the scan's budget that was asked for", () => {
    expect(fitted({ pixels: "min", scanBudget: 5000 }, 7700)).toMatchObject({ scanBudget: 5000, budget: 50 });
    expect(problemOf({ pixels: "min", scanBudget: 5000 }, 5053)).toEqual({
      field: "scanBudget",
      detail:
        "is too large: even with a budget of 1 this request may cost 5054 million multiply-adds, more than the 5053 allowed. " +
        "Omit it to use a value that fits.",
    });
  });

  test("of a budget that was asked for have no larger scan, and what fits is said for both", () => {
    expect(fitted({ pixels: "min", budget: 100 }, 5500)).toMatchObject({ scanBudget: 100, budget: 100 });
    expect(problemOf({ pixels: "min", budget: 101 }, 5500).detail).toContain(
      "at most 100 with these options",
    );
  });

  test("fit the limit of queries of all searches together", () => {
    const small = { ...bounds, maxBudget: 10_000 };
    const settings = fitOptions({ pixels: "min" }, small, { maxWork: 1e9, workOf });
    expect(settings).toMatchObject({ maxPixels: 10, scanBudget: 1000, budget: 1000 });
  });
});

test("a model of which not even one query is allowed is refused", () => {
  for (const input of [{ pixels: 5 }, { pixels: 5, budget: 10 }]) {
    expect(problemOf(input, 4.5)).toEqual({
      field: "model",
      detail:
        "takes 5 million multiply-adds for one query of each search, more than the 4.5 allowed for one request.",
    });
  }
});
