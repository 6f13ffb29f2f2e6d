import type { ModelEntry } from "../model/classifier.ts";
import { type AuditReport, unreadable } from "./report.ts";

/**
 * Finds the report behind a model's badge: the last audit that was published, or else the one that is
 * shipped with the model. A report of another model.onnx says nothing about this one.
 * @param published the report that was published for a model's id, as JSON
 * @param shipped the reports of `npm run audit`
 */
export function openEvidence(
  published: (model: string) => Promise<string | null>,
  shipped: readonly AuditReport[],
) {
  const readable = (report: AuditReport, name: string): boolean => {
    const fault = unreadable(report);
    if (fault !== null) console.warn(`The ${name} report of ${report.model.id} ${fault}: it is ignored.`);
    return fault === null;
  };
  const known = shipped.filter((report) => readable(report, "shipped"));
  return async ({ manifest, sha256 }: ModelEntry): Promise<AuditReport | null> => {
    const stored = await published(manifest.id);
    const parsed: AuditReport[] = stored === null ? [] : [JSON.parse(stored)];
    const reports = [...parsed.filter((report) => readable(report, "published")), ...known];
    return reports.find(({ model }) => model.id === manifest.id && model.sha256 === sha256) ?? null;
  };
}
