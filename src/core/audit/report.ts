import type { AuditDefinition, AuditRow } from "./definition.ts";
import type { ImageOutcome } from "./outcome.ts";
import { type MinimalPixels, minimalPixels } from "./statistics/minimum.ts";
import { type AuditStatistics, statistics } from "./statistics/statistics.ts";

/** The number of fooled images shown for each row: the first ones, so that they are not hand-picked. */
const SHOWN_PER_ROW = 12;

/** The format of reports that this version writes and reads. */
const SCHEMA_VERSION = 3;

/** Why a stored report cannot be read, as a phrase to follow its name; null if it can. */
export function unreadable({ schemaVersion }: { readonly schemaVersion?: unknown }): string | null {
  if (schemaVersion === SCHEMA_VERSION) return null;
  const found = schemaVersion === undefined ? "no schemaVersion" : `the schemaVersion ${schemaVersion}`;
  return `has ${found}, and this version of onepixel reads ${SCHEMA_VERSION}`;
}

/** The figures of one row of an audit, and some of its images. */
export interface ReportRow extends AuditRow {
  readonly statistics: AuditStatistics;
  /** The first fooled images of the set. */
  readonly gallery: readonly ImageOutcome[];
}

/**
 * The report of an audit: the data behind the evidence page and the badge, and the contents of
 * `models/<id>/audit.json`.
 */
export interface AuditReport extends Omit<AuditDefinition, "rows"> {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** The day on which the audit ended, as YYYY-MM-DD in UTC. */
  readonly date: string;
  readonly rows: readonly ReportRow[];
  readonly minimalPixels: MinimalPixels;
}

/**
 * Makes the report of an audit from its outcomes, in any order.
 * @throws RangeError for outcomes that do not fit the definition
 */
export function makeReport(
  { rows, ...definition }: AuditDefinition,
  outcomes: readonly ImageOutcome[],
  date: string,
): AuditReport {
  const { labels, width, height } = definition.model;
  return {
    schemaVersion: SCHEMA_VERSION,
    ...definition,
    date,
    rows: rows.map((row) => {
      const own = outcomes
        .filter(({ pixels }) => pixels === row.pixels)
        .toSorted((a, b) => a.index - b.index || (a.target ?? 0) - (b.target ?? 0));
      return {
        ...row,
        statistics: statistics(own, { labels: labels.length, width, height }),
        gallery: own.filter(({ status }) => status === "fooled").slice(0, SHOWN_PER_ROW),
      };
    }),
    minimalPixels: minimalPixels(outcomes),
  };
}
