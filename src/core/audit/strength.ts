/** Which of two reports a model's badge shows. */
import { describeFaults, reportFaults } from "./protocol.ts";
import { type AuditReport, unreadable } from "./report.ts";

/**
 * Whether a report covers another of the same model.onnx: it attacked at least the other's images, and has every
 * row of the other with at least its budget.
 */
export function covers(report: AuditReport, other: AuditReport): boolean {
  return (
    report.model.sha256 === other.model.sha256 &&
    report.images.set === other.images.set &&
    report.images.count >= other.images.count &&
    other.rows.every((row) =>
      report.rows.some(
        ({ pixels, settings }) => pixels === row.pixels && settings.budget >= row.settings.budget,
      ),
    )
  );
}

/**
 * Why a report does not replace the current one; null if it does. A report replaces the current one if it
 * follows the protocol and covers it; if they cover each other, the later one is used. So if one covers the
 * other, the order of arrival does not matter.
 * @param standing the current report; null if there is none, or none that is valid
 */
export function refusal(report: AuditReport, standing: AuditReport | null): string | null {
  const faults = reportFaults(report);
  if (faults.length > 0) return describeFaults(faults);
  if (standing === null || reportFaults(standing).length > 0) return null;
  const { images, rows, date } = standing;
  const rowsOf = rows
    .map(({ pixels, settings }) => `pixels=${pixels} with budget=${settings.budget}`)
    .join(", ");
  const there = `The report of ${date}, of ${images.count} images with the rows ${rowsOf},`;
  if (!covers(report, standing)) {
    return `${there} is kept: the new one does not have all of its images, rows and budgets. Audit at least those.`;
  }
  if (!covers(standing, report) || report.date > date) return null;
  return `${there} is kept: it has everything that the new one has, and is not older.`;
}

/** The one of two reports that a badge shows; never one that this version cannot read. */
export function stands(published: AuditReport | null, shipped: AuditReport | null): AuditReport | null {
  const candidates = [published, shipped].filter(
    (one) => one !== null && unreadable(one) === null && reportFaults(one).length === 0,
  );
  const [first = null, second = null] = candidates;
  if (first === null || second === null) return first;
  return refusal(first, second) === null ? first : second;
}
