import type { AuditReport } from "../../core/audit/report.ts";

/** With more labels than these, a page shows only those that occur. */
const ALL_LABELS = 20;

/**
 * The labels that the plots and tables by class show: all labels of a small model, and of another those that an
 * image has, before or after a successful attack. A table of 1,000 labels would be nearly empty.
 */
export function shownLabels({ model: { labels }, rows }: Pick<AuditReport, "model" | "rows">): number[] {
  const all = labels.map((_, label) => label);
  if (all.length <= ALL_LABELS) return all;
  const occurring = rows.flatMap(({ statistics: { byClass, matrix } }) => [
    ...byClass.map(({ label }) => label),
    ...matrix.map(([, to]) => to),
  ]);
  return [...new Set(occurring)].sort((a, b) => a - b);
}
