import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { openEvidence } from "../../../src/audit/evidence.ts";
import type { AuditReport } from "../../../src/audit/report.ts";
import type { ModelEntry } from "../../../src/model/classifier.ts";

const shipped: AuditReport = JSON.parse(readFileSync("models/cifar10-resnet8/audit.json", "utf8"));
const { id, sha256 } = shipped.model;
const model = { manifest: { id }, sha256 } as ModelEntry;

/** The evidence of a model of which this was published. */
const evidence = (stored: object | null, reports: readonly AuditReport[] = [shipped]) =>
  openEvidence(async () => (stored === null ? null : JSON.stringify(stored)), reports)(model);

test("a report of another format is not read, wherever it is kept", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { schemaVersion: _, ...unversioned } = shipped;
  for (const other of [unversioned, { ...shipped, schemaVersion: 2 }]) {
    expect(await evidence({ ...other, date: "2030-01-01" })).toEqual(shipped);
    expect(await evidence(null, [other as AuditReport])).toBeNull();
  }
  expect(warn).toHaveBeenCalledWith(
    "The published report of cifar10-resnet8 has the schemaVersion 2, and this version of onepixel reads 1: it is ignored.",
  );
});
