import { type AuditReport, unreadable } from "../../core/audit/report.ts";
import { stands } from "../../core/audit/strength.ts";
import type { ModelEntry } from "../../core/model/classifier.ts";

/**
 * Finds the report behind a model's badge: of the published and the shipped one the stronger, if it keeps the
 * protocol. A report of another model.onnx says nothing about this one.
 * @param published the report that was published for a model's id and the SHA-256 of its model.onnx, as JSON
 * @param shipped the reports of `npm run audit`
 */
export function openEvidence(
  published: (model: string, sha256: string) => Promise<string | null>,
  shipped: readonly AuditReport[],
) {
  const readable = (report: AuditReport, name: string): boolean => {
    const fault = unreadable(report);
    if (fault !== null) console.warn(`The ${name} report of ${report.model.id} ${fault}: it is ignored.`);
    return fault === null;
  };
  const known = shipped.filter((report) => readable(report, "shipped"));
  return async ({ manifest: { id }, sha256 }: ModelEntry): Promise<AuditReport | null> => {
    const stored = await published(id, sha256);
    const parsed: AuditReport[] = stored === null ? [] : [JSON.parse(stored)];
    const own = ({ model }: AuditReport) => model.id === id && model.sha256 === sha256;
    const report = parsed.filter((one) => readable(one, "published")).find(own);
    return stands(report ?? null, known.find(own) ?? null);
  };
}
