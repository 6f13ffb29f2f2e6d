import { expect, test, vi } from "vitest";
import { shippedReport } from "../../../test/support/shipped-report.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import type { ModelEntry } from "../../core/model/entry.ts";
import { openEvidence } from "./evidence.ts";

const shipped = shippedReport;
const { id, sha256 } = shipped.model;
const model = { manifest: { id }, sha256 } as ModelEntry;

/** The evidence of a model of which this was published. */
const evidence = (stored: object | null, reports: readonly AuditReport[] = [shipped]) =>
  openEvidence(
    async () => (stored === null ? null : JSON.stringify(stored)),
    async (wanted) => reports.find((report) => report.model.sha256 === wanted.sha256) ?? null,
  )(model);

test("a report of another format is not read, wherever it is kept", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { schemaVersion: _, ...unversioned } = shipped;
  for (const other of [unversioned, { ...shipped, schemaVersion: 2 }]) {
    expect(await evidence({ ...other, date: "2030-01-01" })).toEqual(shipped);
    expect(await evidence(null, [other as AuditReport])).toBeNull();
  }
  expect(warn).toHaveBeenCalledWith(
    "The published report of cifar10-resnet8 has the schemaVersion 2, and this version of onepixel reads 3: it is ignored.",
  );
});

test("the stronger of the published and the shipped report stands behind the badge", async () => {
  const rows = shipped.rows.slice(0, 1);
  const weaker = { ...shipped, rows, date: "2030-01-01" };
  const larger = shipped.rows.map((row) => ({ ...row, settings: { ...row.settings, budget: 20_000 } }));
  const stronger = { ...shipped, rows: larger };
  expect(await evidence(weaker)).toEqual(shipped);
  expect(await evidence(stronger)).toEqual(stronger);
  expect(await evidence(weaker, [])).toEqual(weaker);
});

test("a report of another model.onnx, and one that does not keep the protocol, stand behind no badge", async () => {
  const cheap = shipped.rows.map((row) => ({ ...row, settings: { ...row.settings, budget: 40 } }));
  expect(await evidence({ ...shipped, rows: cheap }, [])).toBeNull();
  expect(await evidence(null, [{ ...shipped, rows: cheap }])).toBeNull();
  expect(await evidence({ ...shipped, model: { ...shipped.model, sha256: "0".repeat(64) } }, [])).toBeNull();
});
