import type { AuditDefinition, AuditImage } from "../../core/audit/definition.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import type { AuditReport } from "../../core/audit/report.ts";

/** One message of the queue: one image of one audit. */
export interface AuditTask {
  /** The audit's id. */
  readonly audit: string;
  /** The image's position in the audit. */
  readonly position: number;
}

/** What a consumer needs for one image. */
export interface AuditWork extends AuditImage {
  readonly definition: AuditDefinition;
}

/** What the consumer of the queue does with the object of an audit. */
export interface WorkPlace {
  /** Null when nothing is to be done. */
  work(position: number): Promise<AuditWork | null>;
  addOutcomes(position: number, outcomes: readonly ImageOutcome[]): Promise<void>;
  note(position: number, problem: string): Promise<void>;
  giveUp(position: number): Promise<void>;
}

/** How far an audit is. */
export type AuditState = "running" | "finished" | "cancelled";

/** What an audit is, beside its images. */
export interface AuditRecord {
  readonly definition: AuditDefinition;
  /** Digest of the token that started it. */
  readonly owner: string;
  /** Make the report the model's evidence when the audit ends. */
  readonly publish: boolean;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Null while it runs. */
  readonly ended: number | null;
  readonly state: AuditState;
}

export interface AuditProgress {
  /** Images with all their outcomes. */
  readonly done: number;
  readonly total: number;
  /** Of those done, how many ended with an error. */
  readonly failed: number;
}

/** What became of the report of an audit that was to be published. */
export interface Publication {
  readonly published: boolean;
  /** Why not; null when it was published. */
  readonly reason: string | null;
}

/** What one owner may have at once. */
export interface Quotas {
  /** Most audits that run. */
  readonly running: number;
  /** Most audits that are kept, running or ended. */
  readonly kept: number;
  /** Most bytes of the images of running audits that the owner sent, decoded. */
  readonly bytes: number;
}

/** A quota that a new audit would exceed. */
export interface QuotaFault {
  readonly quota: keyof Quotas;
  readonly most: number;
}

/** The status of an audit for its owner. */
export interface AuditStatus extends Omit<AuditRecord, "owner"> {
  /** Null until the audit is finished, and for one that was not to be published. */
  readonly publication: Publication | null;
  readonly progress: AuditProgress;
  /** When it is deleted; milliseconds since 1970. */
  readonly expires: number;
  /** Null until it is finished. */
  readonly report: AuditReport | null;
}

/**
 * Access to all audits, each of which is a Durable Object. To anyone but its owner, an audit does not exist.
 */
export interface Audits {
  /** Starts an audit. @returns its id, or the quota of the owner that it would exceed */
  create(
    asked: Pick<AuditRecord, "definition" | "owner" | "publish">,
    images: readonly AuditImage[],
  ): Promise<string | QuotaFault>;
  status(id: string, owner: string): Promise<AuditStatus | null>;
  /** The status, as soon as it differs from what was seen, and after some seconds in any case. */
  next(id: string, owner: string, seen: AuditProgress): Promise<AuditStatus | null>;
  /** All outcomes so far, in the order of the images. */
  outcomes(id: string, owner: string): Promise<ImageOutcome[] | null>;
  /** Cancels an audit that runs, and deletes one that has ended. @returns its state then */
  remove(id: string, owner: string): Promise<AuditStatus | null>;
}
