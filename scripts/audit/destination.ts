/** Where `npm run audit` writes a report. */
import { describeFaults, reportFaults } from "../../src/core/audit/protocol.ts";
import { type AuditReport, unreadable } from "../../src/core/audit/report.ts";
import { covers } from "../../src/core/audit/strength.ts";

/**
 * Why a report may not take the place of the model's audit.json, as sentences; null when it may.
 * @param existing what models/<id>/audit.json holds; null when there is none
 */
export function keptOut(report: AuditReport, existing: AuditReport | null): string | null {
  const faults = reportFaults(report);
  if (faults.length > 0) return `The report does not keep the protocol for badges: ${describeFaults(faults)}`;
  if (existing === null || unreadable(existing) !== null) return null;
  if (existing.model.sha256 !== report.model.sha256 || reportFaults(existing).length > 0) return null;
  if (covers(report, existing)) return null;
  const rows = existing.rows.map(({ pixels, settings }) => `pixels=${pixels} with budget=${settings.budget}`);
  return `The audit.json of this model.onnx is stronger: ${existing.images.count} images, ${rows.join(", ")}.`;
}
