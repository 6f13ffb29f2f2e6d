/** What an audit must keep to: the thresholds that fail a build. */
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
 * At most so many of the correctly classified images may be fooled, in every row.
 * @param most percent, 0…100
 * @returns one check a row; it fails where no image was classified correctly, since nothing is then known
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

/** The rate may not have become worse, as far as the intervals tell. @returns one check for each row in both reports */
export function checkNotWorse(changes: readonly Change[]): Check[] {
  return changes.map(({ pixels, difference, low, high, isWorse, before, after }) => {
    const found =
      difference === null
        ? "no image was classified correctly in one of them, so that nothing is known"
        : `${percent(before.rate!)} before, ${percent(after.rate!)} now, a change of ${points(difference)} points (95 % interval ${points(low)} to ${points(high)})`;
    return {
      pixels,
      kind: "not-worse",
      holds: !isWorse && difference !== null,
      sentence: `With ${named(pixels)}, the fooled rate may not be worse than the baseline's: ${found}.`,
    };
  });
}
