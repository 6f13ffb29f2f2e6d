import { type AuditReport, unreadable } from "../../core/audit/report.ts";
import { stands } from "../../core/audit/strength.ts";
import type { ModelEntry } from "../../core/model/entry.ts";
import type { ReadReport } from "../assets.ts";

/**
 * Finds the report behind a model's badge: of the published and the shipped one the stronger, if it keeps the
 * protocol. A report of another model.onnx says nothing about this one.
 * @param published the report that was published for a model's id and the SHA-256 of its model.onnx, as JSON
 * @param shipped the report of `npm run audit`
 */
export function openEvidence(
  published: (model: string, sha256: string) => Promise<string | null>,
  shipped: ReadReport,
) {
  const readable = (report: AuditReport, name: string): boolean => {
    const fault = unreadable(report);
    if (fault !== null) console.warn(`The ${name} report of ${report.model.id} ${fault}: it is ignored.`);
    return fault === null;
  };
  return async ({
    manifest: { id },
    sha256,
  }: Pick<ModelEntry, "manifest" | "sha256">): Promise<AuditReport | null> => {
    const [stored, own] = await Promise.all([published(id, sha256), shipped({ id, sha256 })]);
    const parsed: AuditReport[] = stored === null ? [] : [JSON.parse(stored)];
    const isOwn = ({ model }: AuditReport) => model.id === id && model.sha256 === sha256;
    const report = parsed.filter((one) => readable(one, "published")).find(isOwn);
    return stands(report ?? null, own !== null && readable(own, "shipped") ? own : null);
  };
}
