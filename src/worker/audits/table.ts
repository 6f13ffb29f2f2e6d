import type { AuditImage } from "../../core/audit/definition.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import type { AuditProgress, AuditRecord, AuditState } from "./state.ts";

/**
 * The storage of one audit: a row for the audit and a row for each image, in the SQLite database of its
 * Durable Object. An image's outcomes are written once: whoever comes second changes nothing.
 */
export interface AuditTable {
  create(record: AuditRecord, images: readonly AuditImage[]): void;
  /** Null before `create`. */
  record(): AuditRecord | null;
  /** Ends the audit and deletes the images that were sent. */
  end(state: AuditState, ended: number): void;
  image(position: number): AuditImage | null;
  /** True for an image without outcomes. */
  isPending(position: number): boolean;
  /** Positions of the images without outcomes. */
  pending(): number[];
  /** @returns false when the image has its outcomes already */
  addOutcomes(position: number, outcomes: readonly ImageOutcome[]): boolean;
  /** Keeps the last error of an image, to be reported should no attempt succeed. */
  note(position: number, problem: string): void;
  problem(position: number): string | null;
  progress(): AuditProgress;
  /** All outcomes, in the order of the images. */
  outcomes(): ImageOutcome[];
}

/** SQLite's largest value is 2 MB, so that a long definition or image fits. */
const SCHEMA = `
  CREATE TABLE audit (
    definition TEXT NOT NULL, owner TEXT NOT NULL, publish INTEGER NOT NULL,
    created INTEGER NOT NULL, ended INTEGER, state TEXT NOT NULL
  );
  CREATE TABLE image (
    position INTEGER PRIMARY KEY, number INTEGER NOT NULL, label INTEGER NOT NULL, samples BLOB,
    outcomes TEXT, failed INTEGER NOT NULL DEFAULT 0, problem TEXT
  );
`;

type Row = Record<string, SqlStorageValue>;

/** Opens the storage; nothing is written before `create`, so that a look at an unknown audit leaves no trace. */
export function openTable(sql: SqlStorage): AuditTable {
  const first = (query: string, ...values: SqlStorageValue[]): Row | undefined =>
    sql.exec<Row>(query, ...values).toArray()[0];
  const exists = (): boolean =>
    first("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'audit'") !== undefined;

  return {
    create(record, images) {
      sql.exec(SCHEMA);
      sql.exec(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)",
        JSON.stringify(record.definition),
        record.owner,
        Number(record.publish),
        record.created,
        record.ended,
        record.state,
      );
      for (const [position, { index, label, samples }] of images.entries()) {
        sql.exec(
          "INSERT INTO image (position, number, label, samples) VALUES (?, ?, ?, ?)",
          position,
          index,
          label,
          samples === null ? null : new Uint8Array(samples).buffer,
        );
      }
    },

    record() {
      const row = exists() ? first("SELECT * FROM audit") : undefined;
      if (row === undefined) return null;
      return {
        definition: JSON.parse(row.definition as string),
        owner: row.owner as string,
        publish: row.publish === 1,
        created: row.created as number,
        ended: row.ended as number | null,
        state: row.state as AuditState,
      };
    },

    end(state, ended) {
      sql.exec("UPDATE audit SET state = ?, ended = ?", state, ended);
      sql.exec("UPDATE image SET samples = NULL");
    },

    image(position) {
      const row = first("SELECT number, label, samples FROM image WHERE position = ?", position);
      if (row === undefined) return null;
      const samples = row.samples as ArrayBuffer | null;
      return {
        index: row.number as number,
        label: row.label as number,
        samples: samples === null ? null : new Uint8Array(samples),
      };
    },

    isPending: (position) =>
      first("SELECT 1 FROM image WHERE position = ? AND outcomes IS NULL", position) !== undefined,

    pending: () =>
      sql
        .exec<Row>("SELECT position FROM image WHERE outcomes IS NULL ORDER BY position")
        .toArray()
        .map(({ position }) => position as number),

    addOutcomes(position, outcomes) {
      const failed = outcomes.some(({ status }) => status === "failed");
      const { rowsWritten } = sql.exec(
        "UPDATE image SET outcomes = ?, failed = ?, samples = NULL WHERE position = ? AND outcomes IS NULL",
        JSON.stringify(outcomes),
        Number(failed),
        position,
      );
      return rowsWritten > 0;
    },

    note: (position, problem) =>
      void sql.exec("UPDATE image SET problem = ? WHERE position = ?", problem, position),

    problem: (position) =>
      (first("SELECT problem FROM image WHERE position = ?", position)?.problem ?? null) as string | null,

    progress() {
      const row = first(
        "SELECT count(outcomes) AS done, count(*) AS total, sum(failed) AS failed FROM image",
      );
      return { done: Number(row?.done), total: Number(row?.total), failed: Number(row?.failed) };
    },

    outcomes: () =>
      sql
        .exec<Row>("SELECT outcomes FROM image WHERE outcomes IS NOT NULL ORDER BY position")
        .toArray()
        .flatMap(({ outcomes }): ImageOutcome[] => JSON.parse(outcomes as string)),
  };
}
