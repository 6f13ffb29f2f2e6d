/** The thresholds that an audit must meet, or the build fails. */
import type { Change } from "./compare.ts";
import type { AuditReport } from "./report.ts";

/** One condition, and whether it holds. */
export interface Check {
  readonly pixels: number | "min";
  readonly kind: "max-fooled" | "not-worse";
  readonly holds: boolean;
  /** A sentence with the figures, for people. */
  readonly sentence: string;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const points = (share: number) => `${share > 0 ? "+" : ""}${(share * 100).toFixed(1)}`;

/** `1 pixel`, `3 pixels`, `as few pixels as needed`. */
const named = (pixels: number | "min") =>
  pixels === "min" ? "as few pixels as needed" : `${pixels} ${pixels === 1 ? "pixel" : "pixels"}`;

/**
 * The maximum share of correctly classified images that may be fooled, in every row.
 * @param most percent, 0…100
 * @returns one check a row; it fails if no image was classified correctly, since there is then no rate
 */
export function checkMaxFooled({ rows }: AuditReport, most: number): Check[] {
  return rows.map(({ pixels, statistics: { fooled } }) => {
    const holds = fooled.rate !== null && fooled.rate * 100 <= most;
    const found =
      fooled.rate === null
        ? "no image is classified correctly"
        : `${percent(fooled.rate)} (${fooled.count} of ${fooled.n}) are`;
    return {
      pixels,
      kind: "max-fooled",
      holds,
      sentence: `With ${named(pixels)}, at most ${most} % of the correctly classified images may be fooled: ${found}.`,
    };
  });
}

/** The rate must not be worse, according to the intervals. @returns one check for each row in both reports */
export function checkNotWorse(changes: readonly Change[]): Check[] {
  return changes.map(({ pixels, difference, low, high, isWorse, before, after }) => {
    const found =
      difference === null
        ? "one of them has no image that was classified correctly, so they cannot be compared"
        : `${percent(before.rate!)} before, ${percent(after.rate!)} now, a change of ${points(difference)} points (95 % interval ${points(low)} to ${points(high)})`;
    return {
      pixels,
      kind: "not-worse",
      holds: !isWorse && difference !== null,
      sentence: `With ${named(pixels)}, the fooled rate may not be worse than the baseline's: ${found}.`,
    };
  });
}
