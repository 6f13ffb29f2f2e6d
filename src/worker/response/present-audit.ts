/** How audits look in the API. */

import type { ImageOutcome } from "../../core/audit/outcome.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import type { AuditStatus } from "../audits/state.ts";

const date = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** An audit's state, its definition and, once it is finished, its report. */
export function presentAudit(
  id: string,
  { definition, report, created, ended, expires, ...rest }: AuditStatus,
) {
  return {
    id,
    ...rest,
    created: date(created),
    ended: ended === null ? null : date(ended),
    expires: date(expires),
    definition,
    report: report && presentReport(report),
  };
}

/** A report, with labels by name. */
export function presentReport({ rows, ...report }: AuditReport) {
  const { labels } = report.model;
  return {
    ...report,
    rows: rows.map(({ statistics, gallery, ...row }) => ({
      ...row,
      statistics: {
        ...statistics,
        byClass: statistics.byClass.map((one) => ({ ...one, label: labels[one.label]! })),
        matrix: statistics.matrix.map(([from, to, attacks]) => [labels[from]!, labels[to]!, attacks]),
      },
      gallery: gallery.map((outcome) => presentOutcome(outcome, labels)),
    })),
  };
}

/** One image's outcome, with labels by name. */
export function presentOutcome(outcome: ImageOutcome, labels: readonly string[]) {
  const name = (label: number | null) => (label === null ? null : labels[label]!);
  const { label, target, newLabel } = outcome;
  return { ...outcome, label: labels[label]!, target: name(target), newLabel: name(newLabel) };
}
