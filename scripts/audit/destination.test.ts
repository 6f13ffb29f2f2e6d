import { expect, test } from "vitest";
import type { AuditReport } from "../../src/core/audit/report.ts";
import { shippedReport } from "../../test/support/shipped-report.ts";
import { keptOut } from "./destination.ts";

const fewerRows: AuditReport = { ...shippedReport, rows: shippedReport.rows.slice(0, 1) };
const cheap: AuditReport = {
  ...shippedReport,
  rows: shippedReport.rows.map((row) => ({ ...row, settings: { ...row.settings, budget: 40 } })),
};

test("a report takes the place of none, of an equal one, and of a weaker one", () => {
  expect(keptOut(shippedReport, null)).toBeNull();
  expect(keptOut(shippedReport, structuredClone(shippedReport))).toBeNull();
  expect(keptOut(shippedReport, fewerRows)).toBeNull();
  expect(keptOut(shippedReport, cheap)).toBeNull();
});

test("a weaker report does not overwrite a stronger one of the same model.onnx", () => {
  expect(keptOut(fewerRows, shippedReport)).toBe(
    "The audit.json of this model.onnx is stronger: 1000 images, pixels=1 with budget=10000, " +
      "pixels=3 with budget=10000, pixels=5 with budget=10000.",
  );
  const other = { ...shippedReport, model: { ...shippedReport.model, sha256: "0".repeat(64) } };
  expect(keptOut(fewerRows, other)).toBeNull();
});

test("a report that does not keep the protocol is never the model's audit.json", () => {
  expect(keptOut(cheap, null)).toBe(
    "The report does not keep the protocol for badges: Budget must be at least 10000, the default, not 40.",
  );
});
