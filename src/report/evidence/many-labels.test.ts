import { expect, test } from "vitest";
import { fooled, outcome } from "../../../test/support/outcomes.ts";
import { statistics } from "../../core/audit/statistics/statistics.ts";
import { matrixPlot } from "./plot.ts";
import { shownLabels } from "./shown-labels.ts";

const labelsOf = (count: number) => Array.from({ length: count }, (_, label) => `label ${label}`);
const reportOf = (count: number) => {
  const outcomes = [fooled(0, 1, 2), outcome({ index: 1, label: 3 })];
  const row = { statistics: statistics(outcomes, { labels: count, width: 4, height: 4 }) };
  return { model: { labels: labelsOf(count) }, rows: [row] } as unknown as Parameters<typeof shownLabels>[0];
};

test("the matrix of 1,000 labels is drawn, and small where few cells are filled", () => {
  const matrix = Array.from({ length: 1000 }, () => new Array<number>(1000).fill(0));
  matrix[4]![7] = 1;
  const svg = matrixPlot("Which class became which", labelsOf(1000), matrix);
  expect(svg).toContain("label 4 → label 7: 1");
  expect(svg.length).toBeLessThan(100_000);
});

test("a page shows all labels of a small model, and of another those that an image has before or after", () => {
  expect(shownLabels(reportOf(4))).toEqual([0, 1, 2, 3]);
  expect(shownLabels(reportOf(1000))).toEqual([1, 2, 3]);
});
