import { DurableObject } from "cloudflare:workers";
import type { AuditReport } from "./report.ts";

/** The report that stands behind one model's badge: that of the last audit that was published. */
export class EvidenceObject extends DurableObject {
  publish(report: AuditReport): void {
    this.ctx.storage.kv.put("report", JSON.stringify(report));
  }

  /** The report as JSON; null when no audit was published. */
  read(): string | null {
    return this.ctx.storage.kv.get<string>("report") ?? null;
  }
}
