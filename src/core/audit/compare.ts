/** Compares a report with an earlier one: whether the classifier became easier to fool. */
import type { AuditReport, ReportRow } from "./report.ts";
import type { Proportion } from "./statistics/wilson.ts";

/** What changed in one row. All shares are in −1…1. */
export interface Change {
  readonly pixels: number | "min";
  readonly before: Proportion;
  readonly after: Proportion;
  /** The fooled rate now minus the one before; null if one of them has no images. */
  readonly difference: number | null;
  /** Its 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Whether the whole interval is above 0. */
  readonly isWorse: boolean;
}

/** A report that cannot be compared with another; the message says what differs. */
export class IncomparableError extends Error {
  override readonly name = "IncomparableError";
}

/**
 * The 95 % interval of the difference of two shares, from their Wilson intervals.
 *
 * Source: R. G. Newcombe, "Interval Estimation for the Difference Between Independent Proportions: Comparison of Eleven
 * Methods", Statistics in Medicine 17 (1998), 873–890; his method 10.
 */
function differenceOf(before: Proportion, after: Proportion): Omit<Change, "pixels" | "before" | "after"> {
  const [p, q] = [after.rate, before.rate];
  if (p === null || q === null) return { difference: null, low: -1, high: 1, isWorse: false };
  const difference = p - q;
  const low = difference - Math.sqrt((p - after.low) ** 2 + (before.high - q) ** 2);
  const high = difference + Math.sqrt((after.high - p) ** 2 + (q - before.low) ** 2);
  return { difference, low, high, isWorse: low > 0 };
}

/** What two rows must have in common for their rates to mean the same. */
function requireSame(row: Comparable["rows"][number], earlier: Comparable["rows"][number]): void {
  const settings = row.settings as Readonly<Record<string, unknown>>;
  const others = earlier.settings as Readonly<Record<string, unknown>>;
  for (const name of new Set([...Object.keys(settings), ...Object.keys(others)])) {
    if (name === "engine" || JSON.stringify(settings[name]) === JSON.stringify(others[name])) continue;
    throw new IncomparableError(
      `with pixels=${row.pixels} it has ${name}=${others[name]}, but this audit has ${name}=${settings[name]}; use the same options`,
    );
  }
}

/** What must be known of an audit to tell whether it can be compared: nothing that it finds. */
type Comparable = Pick<AuditReport, "targeted"> & {
  readonly rows: readonly Pick<ReportRow, "pixels" | "settings">[];
};

/**
 * Whether an audit, which need not have run yet, can be compared with an earlier report.
 * @throws IncomparableError when the attacks differ, or no row is in both; the message follows the name of the earlier report
 */
export function requireComparable(audit: Comparable, earlier: Comparable): void {
  if (audit.targeted !== earlier.targeted) {
    throw new IncomparableError(
      `it is ${earlier.targeted ? "targeted" : "untargeted"}, and this audit is not`,
    );
  }
  let common = 0;
  for (const row of audit.rows) {
    const same = earlier.rows.find(({ pixels }) => pixels === row.pixels);
    if (same === undefined) continue;
    requireSame(row, same);
    common++;
  }
  if (common > 0) return;
  const rows = earlier.rows.map(({ pixels }) => pixels).join(", ");
  throw new IncomparableError(
    `it has the rows pixels=${rows}, and this audit has none of them; audit the same numbers of pixels`,
  );
}

/**
 * Compares the rows that two reports have in common.
 * @param earlier the earlier report, of any model and any images
 * @throws IncomparableError as {@link requireComparable}
 *
 * @example
 * ```ts
 * const worse = compareReports(report, baseline).filter(({ isWorse }) => isWorse);
 * ```
 */
export function compareReports(report: AuditReport, earlier: AuditReport): Change[] {
  requireComparable(report, earlier);
  return report.rows.flatMap((row) => {
    const same = earlier.rows.find(({ pixels }) => pixels === row.pixels);
    if (same === undefined) return [];
    const [before, after] = [same.statistics.fooled, row.statistics.fooled];
    return [{ pixels: row.pixels, before, after, ...differenceOf(before, after) }];
  });
}
