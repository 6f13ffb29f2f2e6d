import { expect, test } from "vitest";
import { fooled, outcome } from "../../../test/support/outcomes.ts";
import { compareReports } from "./compare.ts";
import type { AuditReport } from "./report.ts";
import { makeReport } from "./report.ts";

const model = { id: "m", title: "M", sha256: "0", labels: ["a", "b"], width: 4, height: 4 };

/** A report in which `count` of `n` images were fooled. */
function report(count: number, n: number, settings: object = { budget: 100 }, pixels = 1): AuditReport {
  const outcomes = Array.from({ length: n }, (_, index) =>
    index < count ? fooled(index, 0, 1, { pixels }) : outcome({ index, pixels }),
  );
  const images = { set: "own", count: n, sha256: "1" } as const;
  const rows = [{ pixels, settings }] as unknown as Parameters<typeof makeReport>[0]["rows"];
  return makeReport({ model, images, targeted: false, options: {}, rows }, outcomes, "2026-01-01");
}

test("the interval of a difference is Newcombe's", () => {
  // His example: 56 of 70 against 48 of 80, 0.0524 to 0.3339 by method 10.
  const [change] = compareReports(report(56, 70), report(48, 80));
  expect(change!.difference).toBeCloseTo(0.2, 10);
  expect([change!.low, change!.high].map((value) => value.toFixed(4))).toEqual(["0.0524", "0.3339"]);
  expect(change!.isWorse).toBe(true);
});

test("the same figures are not worse, nor is a change within the intervals, nor a better one", () => {
  expect(compareReports(report(35, 100), report(35, 100))[0]).toMatchObject({
    difference: 0,
    isWorse: false,
  });
  expect(compareReports(report(40, 100), report(35, 100))[0]!.isWorse).toBe(false);
  expect(compareReports(report(10, 100), report(60, 100))[0]!.isWorse).toBe(false);
});

test("nothing counted is nothing known", () => {
  expect(compareReports(report(0, 0), report(5, 10))[0]).toMatchObject({
    difference: null,
    low: -1,
    isWorse: false,
  });
});

test("other attacks are not compared; the engine, which changes no figure, may differ", () => {
  expect(() => compareReports(report(1, 9), report(1, 9, { budget: 50 }))).toThrow(
    "with pixels=1 it has budget=50, but this audit has budget=100; use the same options",
  );
  expect(() => compareReports(report(1, 9), report(1, 9, { budget: 100 }, 3))).toThrow(
    "it has the rows pixels=3",
  );
  expect(() => compareReports(report(1, 9), { ...report(1, 9), targeted: true })).toThrow("it is targeted");
  expect(
    compareReports(report(1, 9, { engine: "onnxruntime" }), report(1, 9, { engine: null })),
  ).toHaveLength(1);
});
