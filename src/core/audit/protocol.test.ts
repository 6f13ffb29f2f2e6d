import { describe, expect, test } from "vitest";
import { classifier } from "../../../test/support/services.ts";
import { shippedReport } from "../../../test/support/shipped-report.ts";
import type { AttackInput } from "../attack/options/options.ts";
import { type AuditInput, defineAudit } from "./define.ts";
import { definitionFaults, reportFaults } from "./protocol.ts";
import type { AuditReport } from "./report.ts";
import { refusal, stands } from "./strength.ts";

const images = { set: "set", count: 100, seed: null } as const;
const define = (part: Partial<AuditInput>) =>
  defineAudit(classifier, { images, pixels: [1, "min"], targeted: false, options: {}, ...part }, 100_000);

describe("the protocol", () => {
  test("is kept by the report that is shipped, and by defaults with a larger budget", () => {
    expect(reportFaults(shippedReport)).toEqual([]);
    expect(definitionFaults(define({}))).toEqual([]);
    expect(definitionFaults(define({ pixels: [1, 3], options: { budget: 10_000 } }))).toEqual([]);
    expect(definitionFaults(define({ pixels: [5], options: { budget: 100_000 } }))).toEqual([]);
  });

  const option = (options: AttackInput, sentence: string) =>
    [Object.keys(options)[0]!, { pixels: [1], options }, sentence] as const;
  test.each<readonly [string, Partial<AuditInput>, string]>([
    ["images", { images: { set: "uploaded", count: 200 } }, "must be those of an evaluation set"],
    [
      "images",
      { images: { ...images, seed: 0 } },
      "must be the first ones of the evaluation set, without a seed",
    ],
    ["images", { images: { ...images, count: 99 } }, "must have a count of at least 100, not 99."],
    ["targeted", { targeted: true }, "must be false"],
    option({ budget: 9_999 }, "must be at least 10000, the default, not 9999."),
    option({ search: "random" }, "must be auto, the default, not random."),
    option({ search: "corners", budget: 10_000 }, "must be auto, the default, not corners."),
    option({ objective: "probability" }, "must be margin, the default, not probability."),
    option({ stop: "confidence" }, "must be flip, the default, not confidence."),
    option({ seed: 2 }, "must be 1, the default, not 2."),
    option({ engine: "onnxruntime" }, "must be null, the default, not onnxruntime."),
    ["maxPixels", { pixels: ["min"], options: { maxPixels: 4 } }, "must be 10, the default, not 4."],
  ])("%s must be as it says", (field, part, sentence) => {
    const faults = definitionFaults(define(part));
    expect(faults.map((fault) => fault.field)).toEqual([field]);
    expect(faults[0]!.sentence).toContain(`${field} ${sentence}`);
  });

  test("names each fault once, whatever the rows", () => {
    const faults = definitionFaults(define({ pixels: [1, 3, 5], options: { seed: 2, budget: 1 } }));
    expect(faults.map(({ field }) => field)).toEqual(["seed", "budget"]);
  });

  /** The shipped report with other figures in its second row. */
  const withRow = (part: object): AuditReport => ({
    ...shippedReport,
    rows: shippedReport.rows.map((row, at) =>
      at === 1 ? { ...row, statistics: { ...row.statistics, ...part } } : row,
    ),
  });
  const { fooled } = shippedReport.rows[1]!.statistics;
  test.each([
    [
      "too few correct images",
      { fooled: { ...fooled, n: 99 } },
      "at least 100 images must be classified correctly, not 99",
    ],
    ["a failed image", { images: 999, failed: 1 }, "1 of 1000 were not in the row pixels=3"],
    ["a missing image", { images: 999 }, "1 of 1000 were not in the row pixels=3"],
  ])("is not kept by a report with %s", (_, part, sentence) => {
    expect(reportFaults(withRow(part)).map((fault) => fault.sentence)).toEqual([
      expect.stringContaining(sentence),
    ]);
  });
  test("takes exactly 100 correct images", () => {
    expect(reportFaults(withRow({ fooled: { ...fooled, n: 100 } }))).toEqual([]);
  });
});

describe("of two reports", () => {
  const row = (at: number, budget = 10_000) => {
    const { settings, ...rest } = shippedReport.rows[at]!;
    return { ...rest, settings: { ...settings, budget } };
  };
  const of = (count: number, rows: AuditReport["rows"], part: Partial<AuditReport> = {}): AuditReport => ({
    ...shippedReport,
    images: { set: "cifar10-test", count, seed: null },
    rows: rows.map(({ statistics, ...rest }) => ({ ...rest, statistics: { ...statistics, images: count } })),
    ...part,
  });
  const weak = of(200, [row(0), row(1)]);
  const stronger: readonly [string, AuditReport][] = [
    ["more images", of(201, [row(0), row(1)])],
    ["a row more", of(200, [row(0), row(1), row(2)])],
    ["a larger budget", of(200, [row(0, 10_001), row(1)])],
    ["the same, later", of(200, [row(0), row(1)], { date: "2030-01-01" })],
  ];

  test.each(stronger)("the one with %s stands, in either order of arrival", (_, strong) => {
    expect(refusal(strong, weak)).toBeNull();
    expect(refusal(weak, strong)).toContain(" is kept: ");
    expect(stands(strong, weak)).toBe(strong);
    expect(stands(weak, strong)).toBe(strong);
  });

  test.each([
    ["more images but a row less", of(300, [row(0)])],
    ["a larger budget but fewer images", of(199, [row(0, 20_000), row(1, 20_000)])],
    ["a larger budget in one row and a smaller in another", of(200, [row(0, 20_000), row(1)]), true],
    [
      "another evaluation set",
      of(300, [row(0), row(1)], { images: { set: "other", count: 300, seed: null } }),
    ],
  ])("one with %s does not replace the other", (_, other, covered = false) => {
    const standing = covered ? of(200, [row(0), row(1, 20_000)]) : weak;
    expect(refusal(other, standing)).toContain("does not have all of its images, rows and budgets");
    expect(refusal(standing, other)).toContain("does not have all of its images, rows and budgets");
  });

  test("one of equal strength and date changes nothing", () => {
    expect(refusal(weak, structuredClone(weak))).toContain("is not older");
  });

  test("one that this version cannot read never stands, and keeps none from being published", () => {
    const other = of(1000, [row(0), row(1), row(2)], { schemaVersion: 0 as never });
    const older = { schemaVersion: 0, model: weak.model } as never;
    for (const unreadable of [other, older]) {
      expect([stands(unreadable, weak), stands(weak, unreadable), stands(unreadable, null)]).toEqual([
        weak,
        weak,
        null,
      ]);
    }
  });

  test("one that does not keep the protocol never stands", () => {
    const cheap = of(1000, [row(0, 1), row(1), row(2)], { date: "2030-01-01" });
    expect(refusal(cheap, null)).toBe("Budget must be at least 10000, the default, not 1.");
    expect(refusal(weak, cheap)).toBeNull();
    expect([stands(cheap, weak), stands(weak, cheap), stands(cheap, null)]).toEqual([weak, weak, null]);
  });
});
