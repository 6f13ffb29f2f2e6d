import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fooled, outcome } from "../../../test/support/outcomes.ts";
import { fc } from "../../../test/support/property.ts";
import { fewestOf, figuresOf, readCsv } from "../../../test/support/reference-statistics.ts";
import { writeCsv } from "./csv.ts";
import type { ImageOutcome } from "./outcome.ts";
import { makeReport } from "./report.ts";
import { minimalPixels } from "./statistics/minimum.ts";
import { statistics } from "./statistics/statistics.ts";

/** Numbers to ten digits, so that other roundings of the same formula are the same. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one) => (typeof one === "number" ? Number(one.toPrecision(10)) : one)),
  );
}

const models = readdirSync("models").filter((id) => existsSync(`models/${id}/audit.json`));

describe.for(models)("the shipped audit of %s", (id) => {
  const report = JSON.parse(readFileSync(`models/${id}/audit.json`, "utf8"));
  const lines = readCsv(readFileSync(`models/${id}/audit.csv`, "utf8"));
  const { labels, width, height } = report.model;

  test("has the figures of its CSV file, counted a second time", ({ expect }) => {
    expect(report.rows.length).toBeGreaterThan(0);
    for (const { pixels, statistics: figures } of report.rows) {
      const own = lines.filter((line) => line.pixels === String(pixels));
      expect(own.length).toBeGreaterThanOrEqual(report.images.count);
      expect(rounded(figures)).toEqual(rounded(figuresOf(own, labels, width, height)));
    }
    expect(report.minimalPixels).toEqual(fewestOf(lines));
  });

  test("shows the first images of the file that were fooled", ({ expect }) => {
    for (const { pixels, gallery } of report.rows) {
      const found = lines.filter((line) => line.pixels === String(pixels) && line.status === "fooled");
      const shown = gallery.map(({ index }: { index: number }) => String(index));
      expect(shown).toEqual(found.slice(0, 12).map(({ index }) => index));
    }
  });
});

const labels = ["cat", "dog", 'a "ship", or\nboat'];

/** Outcomes of one setting of `pixels`, targeted or not, on images of any size. */
const audits = fc
  .record({
    targeted: fc.boolean(),
    width: fc.integer({ min: 1, max: 90 }),
    height: fc.integer({ min: 1, max: 90 }),
    images: fc.array(
      fc.record({
        label: fc.nat(2),
        kind: fc.constantFrom("searched", "searched", "searched", "misclassified", "failed"),
        attacks: fc.array(
          fc.record({
            isFooled: fc.boolean(),
            isCertified: fc.boolean(),
            queries: fc.oneof(fc.constantFrom(1, 2, 4, 8, 16, 17, 64), fc.integer({ min: 1, max: 3000 })),
            probability: fc.nat(1000).map((share) => share / 1000),
            spots: fc.array(fc.tuple(fc.nat(999), fc.nat(999)), { minLength: 1, maxLength: 3 }),
          }),
          { minLength: 2, maxLength: 2 },
        ),
      }),
      { maxLength: 25 },
    ),
  })
  .map(({ targeted, width, height, images }) => ({
    width,
    height,
    outcomes: images.flatMap(({ label, kind, attacks }, index): ImageOutcome[] => {
      if (kind === "misclassified") {
        return [
          outcome({ index, label, status: kind, newLabel: (label + 1) % 3, probability: 0.5, queries: 0 }),
        ];
      }
      const others = [1, 2].map((step) => (label + step) % 3);
      const made = attacks.slice(0, targeted ? 2 : 1).map(({ isFooled, isCertified, ...rest }, number) => {
        const { queries, probability, spots } = rest;
        const target = targeted ? others[number]! : null;
        const changed = spots.map(([x, y]) => {
          return { x: x % width, y: y % height, from: "#000000", to: "#ffffff" };
        });
        return isFooled
          ? fooled(index, label, others[number]!, {
              target,
              queries,
              probability,
              changed,
              certified: isCertified,
            })
          : outcome({ index, label, target, queries, certified: isCertified });
      });
      if (kind === "failed")
        return [
          ...made.slice(1),
          {
            ...made[0]!,
            status: "failed",
            newLabel: null,
            probability: null,
            changed: [],
            problem: "It broke.",
          },
        ];
      return made;
    }),
  }));

test("any audit's figures are those that its CSV file gives a second time", () => {
  fc.assert(
    fc.property(audits, ({ width, height, outcomes }) => {
      const lines = readCsv(writeCsv(outcomes, labels));
      const figures = statistics(outcomes, { labels: 3, width, height });
      expect(rounded(figures)).toEqual(rounded(figuresOf(lines, labels, width, height)));
      expect(minimalPixels(outcomes)).toEqual(fewestOf(lines));
    }),
    { numRuns: 200 },
  );
});

test("a report has each row's own outcomes, in the order of images and targets, and the first twelve fooled", () => {
  const targets = [2, 1].flatMap((target) =>
    Array.from({ length: 9 }, (_, index) => fooled(8 - index, 0, target, { target, pixels: 3 })),
  );
  const survived = Array.from({ length: 9 }, (_, index) => outcome({ index, pixels: 1 }));
  const definition = {
    model: { id: "m", title: "M", sha256: "0", labels, width: 4, height: 4 },
    images: { set: "uploaded", count: 9 },
    targeted: true,
    options: {},
    rows: [{ pixels: 1 }, { pixels: 3 }],
  } as unknown as Parameters<typeof makeReport>[0];
  const [one, three] = makeReport(definition, [...targets, ...survived], "2026-01-01").rows;
  expect(one!.statistics.fooled.count).toBe(0);
  expect(one!.gallery).toEqual([]);
  expect(three!.statistics.fooled.count).toBe(9);
  expect(three!.gallery.map(({ index, target }) => [index, target])).toEqual(
    Array.from({ length: 12 }, (_, n) => [Math.floor(n / 2), 1 + (n % 2)]),
  );
});
