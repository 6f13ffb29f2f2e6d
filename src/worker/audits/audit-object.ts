import { DurableObject } from "cloudflare:workers";
import { failedOutcomes } from "../../core/audit/audit-image.ts";
import type { AuditImage } from "../../core/audit/definition.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { type AuditReport, makeReport } from "../../core/audit/report.ts";
import type { EvidenceObject } from "./evidence-object.ts";
import type { OwnerObject } from "./owner-object.ts";
import type {
  AuditProgress,
  AuditRecord,
  AuditStatus,
  AuditTask,
  AuditWork,
  Publication,
  QuotaFault,
} from "./state.ts";
import { type AuditTable, openTable } from "./table.ts";
import { expiryOf, LONGEST_CREATION, LONGEST_RUN, LONGEST_SILENCE, LONGEST_WAIT, SECOND } from "./times.ts";
import { Waiters } from "./waiters.ts";

/** What the Durable Object needs of the deployment. */
export interface AuditBindings {
  readonly AUDIT_QUEUE: Queue<AuditTask>;
  readonly EVIDENCE: DurableObjectNamespace<EvidenceObject>;
  readonly OWNERS: DurableObjectNamespace<OwnerObject>;
  /** Seconds without a result after which the tasks without one are sent again. */
  readonly AUDIT_RESEND_SECONDS: string;
}

/** Most messages in one call, a limit of Cloudflare Queues. */
const MESSAGES_PER_BATCH = 100;

/**
 * One audit: its definition, its images and their outcomes, in SQLite storage. It sends the tasks to the
 * queue from its alarm alone. Alarms are repeated until they succeed, so that a task whose message was
 * lost, or never sent, is sent again; a task that arrives twice is done once.
 */
export class AuditObject extends DurableObject<AuditBindings> {
  readonly #table: AuditTable;
  /** Those who follow the audit. */
  readonly #followers = new Waiters();

  constructor(state: DurableObjectState, env: AuditBindings) {
    super(state, env);
    this.#table = openTable(state.storage.sql);
  }

  /**
   * Stores a new audit; its alarm, due at once, sends the tasks.
   * @returns the owner's quota that it would exceed, in which case nothing is stored; null when it has begun
   */
  async create(
    asked: Pick<AuditRecord, "definition" | "owner" | "publish">,
    images: readonly AuditImage[],
  ): Promise<QuotaFault | null> {
    const { kv } = this.ctx.storage;
    // Should this be cut off after the audit was counted, the alarm gives that back.
    kv.put("owner", asked.owner);
    await this.ctx.storage.setAlarm(Date.now() + LONGEST_CREATION);
    const bytes = images.reduce((sum, { samples }) => sum + (samples?.length ?? 0), 0);
    const fault = await this.#owner(asked.owner).begin(this.#id, bytes);
    if (fault !== null) {
      await this.ctx.storage.deleteAll();
      return fault;
    }
    const record: AuditRecord = { ...asked, created: Date.now(), ended: null, state: "running" };
    this.ctx.storage.transactionSync(() => this.#table.create(record, images));
    await this.ctx.storage.setAlarm(Date.now());
    return null;
  }

  /** Null for whoever is not the owner, and for an audit that does not exist. */
  status(owner: string): AuditStatus | null {
    const record = this.#table.record();
    if (record?.owner !== owner) return null;
    const { owner: _, ...rest } = record;
    return {
      ...rest,
      publication: this.ctx.storage.kv.get<Publication>("publication") ?? null,
      progress: this.#table.progress(),
      expires: expiryOf(record),
      report: record.state === "finished" ? this.#report(record) : null,
    };
  }

  /** All outcomes so far; null as in `status`. */
  outcomes(owner: string): ImageOutcome[] | null {
    return this.#table.record()?.owner === owner ? this.#table.outcomes() : null;
  }

  /** The status, once it differs from what the caller has seen or the silence gets long; null as in `status`. */
  async next(owner: string, seen: AuditProgress): Promise<AuditStatus | null> {
    const status = this.status(owner);
    if (status === null || status.state !== "running" || status.progress.done !== seen.done) return status;
    await this.#followers.wait(LONGEST_SILENCE);
    return this.status(owner);
  }

  /**
   * Cancels an audit that runs: images that nobody has begun stay without outcome, and those that were sent are
   * deleted. Deletes an audit that has ended. @returns as `status`
   */
  async remove(owner: string): Promise<AuditStatus | null> {
    const record = this.#table.record();
    if (record?.owner !== owner) return null;
    if (record.state === "running") {
      await this.#end("cancelled");
      await this.#owner(owner).end(this.#id);
      return this.status(owner);
    }
    const status = this.status(owner);
    await this.#delete(record);
    return status;
  }

  /** What is to be done for a task; null when nothing is, because it was done or the audit has ended. */
  work(position: number): AuditWork | null {
    const record = this.#table.record();
    if (record?.state !== "running" || !this.#table.isPending(position)) return null;
    const image = this.#table.image(position);
    return image && { ...image, definition: record.definition };
  }

  /** Takes the outcomes of one image. Those of an image that has its outcomes, or of an ended audit, are dropped. */
  async addOutcomes(position: number, outcomes: readonly ImageOutcome[]): Promise<void> {
    if (this.#table.record()?.state !== "running" || !this.#table.addOutcomes(position, outcomes)) return;
    const { done, total } = this.#table.progress();
    if (done === total) await this.ctx.storage.setAlarm(Date.now());
    this.#followers.wake();
  }

  /** Keeps why an attempt failed. */
  note(position: number, problem: string): void {
    if (this.#table.record() !== null) this.#table.note(position, problem);
  }

  /** Reports an image as failed, after all its attempts. */
  async giveUp(position: number): Promise<void> {
    const record = this.#table.record();
    const image = record && this.#table.image(position);
    if (record === null || image === null) return;
    const problem =
      this.#table.problem(position) ?? "The attack was terminated by the platform at every attempt.";
    await this.addOutcomes(position, failedOutcomes(record.definition, image, problem));
  }

  /**
   * Whatever must not be forgotten: sends what is pending, again if nothing came of it; finishes an audit that
   * has all its results; gives up on one that is stuck; deletes an old one.
   */
  override async alarm(): Promise<void> {
    const record = this.#table.record();
    if (record === null) return this.#forgetUnbegun();
    if (record.state !== "running") {
      if (Date.now() >= expiryOf(record)) return this.#delete(record);
      await this.#retract(record);
      await this.#owner(record.owner).end(this.#id);
      await this.ctx.storage.setAlarm(expiryOf(record));
      return;
    }
    if (Date.now() > record.created + LONGEST_RUN) {
      for (const position of this.#table.pending()) await this.giveUp(position);
    }
    const { done, total } = this.#table.progress();
    if (done < total) await this.#sendPending(done);
    else await this.#finish(record);
  }

  async #sendPending(done: number): Promise<void> {
    const sent = this.ctx.storage.kv.get<{ done: number; wait: number }>("sent");
    const first = Number(this.env.AUDIT_RESEND_SECONDS) * SECOND;
    const stuck = sent === undefined || sent.done === done;
    if (stuck) await this.#send(this.#table.pending());
    const wait = sent === undefined || !stuck ? first : Math.min(2 * sent.wait, LONGEST_WAIT);
    this.ctx.storage.kv.put("sent", { done, wait });
    await this.ctx.storage.setAlarm(Date.now() + wait);
  }

  async #send(positions: readonly number[]): Promise<void> {
    const audit = this.#id;
    for (let start = 0; start < positions.length; start += MESSAGES_PER_BATCH) {
      const batch = positions.slice(start, start + MESSAGES_PER_BATCH);
      await this.env.AUDIT_QUEUE.sendBatch(batch.map((position) => ({ body: { audit, position } })));
    }
  }

  /** Publishes the report if it is to be, and ends the audit, unless it was cancelled meanwhile. */
  async #finish(record: AuditRecord): Promise<void> {
    const { kv } = this.ctx.storage;
    if (record.publish) {
      kv.put("publishing", true);
      const reason = await this.#evidence(record).publish(this.#id, record.owner, this.#report(record));
      if (this.#table.record()?.state !== "running") return this.#retract(record);
      kv.delete("publishing");
      kv.put("publication", { published: reason === null, reason } satisfies Publication);
    }
    await this.#end("finished");
  }

  /** Takes back what an audit published while it was cancelled. */
  async #retract(record: AuditRecord): Promise<void> {
    const { kv } = this.ctx.storage;
    if (kv.get("publishing") === undefined) return;
    await this.#evidence(record).retract(this.#id, record.definition.model.sha256);
    kv.delete("publishing");
  }

  #evidence({ definition }: AuditRecord) {
    return this.env.EVIDENCE.getByName(definition.model.id);
  }

  #owner(owner: string) {
    return this.env.OWNERS.getByName(owner);
  }

  /** Gives back what an audit was counted for whose creation was cut off. */
  async #forgetUnbegun(): Promise<void> {
    const owner = this.ctx.storage.kv.get<string>("owner");
    if (owner !== undefined) await this.#owner(owner).forget(this.#id);
    await this.ctx.storage.deleteAll();
  }

  async #delete(record: AuditRecord): Promise<void> {
    await this.#retract(record);
    await this.#owner(record.owner).forget(this.#id);
    await this.ctx.storage.deleteAll();
  }

  get #id(): string {
    return this.ctx.id.toString();
  }

  /** Ends the audit; the alarm, due at once, gives back what only a running one takes. */
  async #end(state: "finished" | "cancelled"): Promise<void> {
    this.#table.end(state, Date.now());
    await this.ctx.storage.setAlarm(Date.now());
    this.#followers.wake();
  }

  #report({ definition, ended }: AuditRecord): AuditReport {
    const date = new Date(ended ?? Date.now()).toISOString().slice(0, 10);
    return makeReport(definition, this.#table.outcomes(), date);
  }
}
