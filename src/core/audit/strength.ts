/** Which of two reports stands behind a model's badge. */
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
 * Why a report does not replace the one that stands; null when it does. It does if it keeps the protocol and covers
 * the other; of two that cover each other, the later one stands. So the order in which they arrive decides
 * nothing between two of which one covers the other.
 * @param standing the report behind the badge; null when there is none, or none that counts
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
    return `${there} stands: this one does not have all of its images, rows and budgets. Audit at least those.`;
  }
  if (!covers(standing, report) || report.date > date) return null;
  return `${there} stands: it has everything that this one has, and is not older.`;
}

/** The report that stands of two; one that this version cannot read does not. */
export function stands(published: AuditReport | null, shipped: AuditReport | null): AuditReport | null {
  const candidates = [published, shipped].filter(
    (one) => one !== null && unreadable(one) === null && reportFaults(one).length === 0,
  );
  const [first = null, second = null] = candidates;
  if (first === null || second === null) return first;
  return refusal(first, second) === null ? first : second;
}
