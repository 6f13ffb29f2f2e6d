import type { ModelEntry } from "../model/classifier.ts";
import type { EvidenceObject } from "./evidence-object.ts";
import type { AuditReport } from "./report.ts";

/**
 * Finds the report behind a model's badge: the last audit that was published, or else the one that is
 * shipped with the model. A report of another model.onnx says nothing about this one.
 * @param shipped the reports of `npm run audit`
 */
export function openEvidence(
  namespace: DurableObjectNamespace<EvidenceObject>,
  shipped: readonly AuditReport[],
) {
  return async ({ manifest, sha256 }: ModelEntry): Promise<AuditReport | null> => {
    const published = await namespace.getByName(manifest.id).read();
    const reports: AuditReport[] = published === null ? [] : [JSON.parse(published)];
    return (
      [...reports, ...shipped].find(({ model }) => model.id === manifest.id && model.sha256 === sha256) ??
      null
    );
  };
}
