import { DurableObject } from "cloudflare:workers";
import type { QuotaFault, Quotas } from "./state.ts";

/** What the Durable Object needs of the deployment: the quotas, as text. */
export interface QuotaBindings {
  readonly MAX_AUDITS_RUNNING: string;
  readonly MAX_AUDITS_KEPT: string;
  readonly MAX_AUDIT_IMAGE_BYTES: string;
}

const DAY = 24 * 60 * 60 * 1000;
/** An audit ends within a day: if it seems to run longer, the message about its end was lost. */
const LONGEST_RUN = 2 * DAY;
/** An audit is deleted 30 days after its end. */
const LONGEST_KEPT = 32 * DAY;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS audit (
    id TEXT PRIMARY KEY, created INTEGER NOT NULL, running INTEGER NOT NULL, bytes INTEGER NOT NULL
  );
`;

/**
 * What one owner, a token's digest, has: the object of each audit says when it begins, ends and is deleted.
 * An entry that is not removed because its audit was lost expires after the longest possible time, so that
 * no owner is locked out forever.
 */
export class OwnerObject extends DurableObject<QuotaBindings> {
  readonly #sql: SqlStorage;

  constructor(state: DurableObjectState, env: QuotaBindings) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(SCHEMA);
  }

  /** Counts a new audit, once however often it asks. @returns the quota that it would exceed; null when it was counted */
  begin(audit: string, bytes: number): QuotaFault | null {
    const now = Date.now();
    this.#sql.exec("DELETE FROM audit WHERE id = ? OR created < ?", audit, now - LONGEST_KEPT);
    this.#sql.exec("UPDATE audit SET running = 0, bytes = 0 WHERE created < ?", now - LONGEST_RUN);
    const most: Quotas = {
      running: Number(this.env.MAX_AUDITS_RUNNING),
      kept: Number(this.env.MAX_AUDITS_KEPT),
      bytes: Number(this.env.MAX_AUDIT_IMAGE_BYTES),
    };
    const had = this.#sql
      .exec<Record<keyof Quotas, number>>(
        "SELECT total(running) AS running, count(*) AS kept, total(bytes) AS bytes FROM audit",
      )
      .one();
    const would: Quotas = { running: had.running + 1, kept: had.kept + 1, bytes: had.bytes + bytes };
    for (const quota of ["running", "kept", "bytes"] as const) {
      if (would[quota] > most[quota]) return { quota, most: most[quota] };
    }
    this.#sql.exec("INSERT INTO audit VALUES (?, ?, 1, ?)", audit, now, bytes);
    return null;
  }

  /** Gives back what only a running audit takes. */
  end(audit: string): void {
    this.#sql.exec("UPDATE audit SET running = 0, bytes = 0 WHERE id = ?", audit);
  }

  /** Gives back everything that an audit takes. */
  forget(audit: string): void {
    this.#sql.exec("DELETE FROM audit WHERE id = ?", audit);
  }
}
