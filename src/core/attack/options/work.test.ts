import { describe, expect, test } from "vitest";
import { nodeRegistry } from "../../../node/services.ts";
import { GENE, GUIDED, priceOfQuery } from "../../oracle/price.ts";
import { workOfTies } from "../../oracle/tie-allowance.ts";
import { boundsOf } from "./fit.ts";
import { type AttackInput, resolveOptions } from "./options.ts";
import type { FixedSettings } from "./settings.ts";
import { mostQueries, workOfAttack, workOfMap, workOfTargets } from "./work.ts";

const classifier = nodeRegistry().default;
const priced = { classifier, engine: "incremental" } as const;
const bounds = boundsOf(classifier, 100_000);
const CORNERS = 32 * 32 * 8;
const price = (pixels: number) => priceOfQuery(classifier, "incremental", pixels);
/** Of differential evolution with the default population, 50. */
const evolved = (pixels: number) => price(pixels) + GENE * 50 * pixels;
const ties = (queries: number) => workOfTies(classifier, "incremental", queries);

const attack = (input: AttackInput) => workOfAttack(priced, resolveOptions(input, bounds));
const targets = (input: AttackInput & { pixels?: number }) =>
  workOfTargets(priced, resolveOptions(input, bounds) as FixedSettings);

describe("the most work of an attack", () => {
  test("is that of its budget", () => {
    expect(attack({ search: "de", pixels: 3, budget: 500 })).toBeCloseTo(evolved(3) * 500 + ties(500), 6);
    expect(attack({ search: "random", budget: 50_000 })).toBeCloseTo(price(1) * 50_000 + ties(50_000), 6);
  });

  test("is for the guided search more, by its map of the image", () => {
    expect(attack({ pixels: 3, budget: 500 })).toBeCloseTo((price(3) + GUIDED) * 500 + ties(500), 6);
    expect(GUIDED).toBeGreaterThan(0.5);
  });

  test("is for differential evolution more with a large population", () => {
    const large = { search: "de", pixels: 100, population: 1000, budget: 500 } as const;
    expect(attack(large)).toBeCloseTo((price(100) + GENE * 100_000) * 500 + ties(500), 6);
    expect(GENE * 131_072).toBeGreaterThan(2);
  });

  test("is for a scan of the corners no more than there are", () => {
    expect(attack({ budget: 500 })).toBeCloseTo(price(1) * 500 + ties(500), 6);
    expect(attack({ budget: 50_000 })).toBeCloseTo(price(1) * CORNERS + ties(50_000), 6);
    expect(attack({ search: "corners", budget: 50_000 })).toBeCloseTo(price(1) * CORNERS + ties(50_000), 6);
  });

  test("is for the fewest pixels that of every number up to the last, of which the first is a scan", () => {
    for (const budget of [200, 20_000]) {
      const scan = Math.min(budget, CORNERS);
      expect(attack({ pixels: "min", maxPixels: 1, search: "de", budget })).toBeCloseTo(
        price(1) * scan + ties(scan),
        6,
      );
      expect(attack({ pixels: "min", maxPixels: 3, search: "de", budget })).toBeCloseTo(
        price(1) * scan + (evolved(2) + evolved(3)) * budget + ties(scan + 2 * budget),
        4,
      );
    }
  });

  test("is for the fewest pixels that of the scan's own budget", () => {
    const input = { pixels: "min", maxPixels: 3, search: "de", budget: 200, scanBudget: 5000 } as const;
    expect(mostQueries(resolveOptions(input, bounds))).toBe(5400);
    expect(attack(input)).toBeCloseTo(price(1) * 5000 + (evolved(2) + evolved(3)) * 200 + ties(5400), 4);
    // One pixel of an image that no map fits is searched as the others are.
    const large = {
      ...classifier,
      manifest: { ...classifier.manifest, input: { ...classifier.manifest.input, width: 600, height: 600 } },
    };
    const settings = resolveOptions({ ...input, maxPixels: 1, scanBudget: 50 }, bounds);
    expect(workOfAttack({ classifier: large, engine: "incremental" }, settings)).toBeCloseTo(
      evolved(1) * 50 + workOfTies(large, "incremental", 50),
      4,
    );
  });

  test("depends on the engine", () => {
    const settings = resolveOptions({ search: "de", budget: 100 }, bounds);
    const slow = workOfAttack({ classifier, engine: "onnxruntime" }, settings);
    expect(slow).toBeCloseTo((priceOfQuery(classifier, "onnxruntime", 1) + GENE * 50) * 100, 6);
    expect(slow + ties(100)).toBeGreaterThan(workOfAttack(priced, settings));
  });
});

describe("the most work of attacks at every other label", () => {
  test("is that of nine attacks", () => {
    expect(targets({ search: "de", pixels: 3, budget: 100 })).toBeCloseTo(
      9 * evolved(3) * 100 + ties(900),
      6,
    );
    // A single scan would be cheaper, but differential evolution makes none.
    for (const budget of [2000, 10_000]) {
      expect(targets({ search: "de", budget })).toBeCloseTo(9 * evolved(1) * budget + ties(9 * budget), 4);
    }
  });

  test("is with one pixel that of one scan, if the nine budgets pay for it", () => {
    expect(targets({ budget: 911 })).toBeCloseTo(workOfMap(priced, { budget: 9 * 911 }), 6);
    expect(targets({ budget: 910 })).toBeCloseTo(9 * price(1) * 910 + ties(9 * 910), 6);
    expect(targets({ budget: 10_000 })).toBeCloseTo(workOfMap(priced, { budget: 90_000 }), 6);
  });

  test("is that of a scan, too, if the nine budgets are exactly what it takes", () => {
    const { manifest } = classifier;
    const labels = manifest.labels.slice(0, 9);
    const eight = { ...classifier, manifest: { ...manifest, labels } };
    const settings = resolveOptions({ budget: 1024 }, { ...bounds, labels }) as FixedSettings;
    // 8 × 1,024 queries: what eight searches may take and what the scan takes are the same number.
    expect(workOfTargets({ classifier: eight, engine: "incremental" }, settings)).toBe(
      priceOfQuery(eight, "incremental", 1) * CORNERS + workOfTies(eight, "incremental", CORNERS),
    );
  });
});

test("the work of a map is that of a scan of the corners", () => {
  expect(workOfMap(priced, { budget: CORNERS })).toBeCloseTo(price(1) * CORNERS + ties(CORNERS), 6);
});
