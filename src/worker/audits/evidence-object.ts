import { DurableObject } from "cloudflare:workers";
import type { AuditReport } from "../../core/audit/report.ts";
import { refusal, stands } from "../../core/audit/strength.ts";
import type { ReadReport } from "../assets.ts";

/** A published report, and whose it is. */
interface Published {
  readonly audit: string;
  /** Digest of the token that started the audit. */
  readonly owner: string;
  readonly report: AuditReport;
}

/**
 * The published reports of one model's id: for each model.onnx one, so that a report of a changed model replaces
 * none of another. A Durable Object takes one call at a time, so that of two that publish at once the second
 * is held against the first.
 */
export class EvidenceObject extends DurableObject {
  /** The reports shipped with the models; the Worker's entry brings them. */
  protected readonly shipped: ReadReport = async () => null;

  /**
   * Publishes a report if it is stronger than the current one; idempotent. @returns why not; null when it
   * was published
   */
  async publish(audit: string, owner: string, report: AuditReport): Promise<string | null> {
    const { id, sha256 } = report.model;
    // Other calls may run until it is read; from the first look into the storage on, none does.
    const shipped = await this.shipped({ id, sha256 });
    const known = this.#get("published", sha256);
    if (known?.audit === audit) return null;
    const reason = refusal(report, stands(known?.report ?? null, shipped));
    if (reason !== null) return reason;
    this.#put("replaced", sha256, known);
    this.#put("published", sha256, { audit, owner, report });
    return null;
  }

  /**
   * Undoes the publishing of an audit that was cancelled in the meantime, and restores the report that it
   * replaced.
   */
  retract(audit: string, sha256: string): void {
    const replaced = this.#get("replaced", sha256);
    if (this.#get("published", sha256)?.audit === audit) this.#put("published", sha256, replaced);
    // One that was replaced before it was retracted must not come back either.
    else if (replaced?.audit !== audit) return;
    this.#put("replaced", sha256, null);
  }

  /** Withdraws the published report, for whoever published it. @returns false when there is none of this owner */
  withdraw(owner: string, sha256: string): boolean {
    if (this.#get("published", sha256)?.owner !== owner) return false;
    this.#put("published", sha256, null);
    this.#put("replaced", sha256, null);
    return true;
  }

  /** The published report of a model.onnx as JSON; null when there is none. */
  read(sha256: string): string | null {
    const published = this.#get("published", sha256);
    return published && JSON.stringify(published.report);
  }

  #get(kind: "published" | "replaced", sha256: string): Published | null {
    const stored = this.ctx.storage.kv.get<string>(`${kind}:${sha256}`);
    return stored === undefined ? null : JSON.parse(stored);
  }

  #put(kind: "published" | "replaced", sha256: string, published: Published | null): void {
    if (published) this.ctx.storage.kv.put(`${kind}:${sha256}`, JSON.stringify(published));
    else this.ctx.storage.kv.delete(`${kind}:${sha256}`);
  }
}
