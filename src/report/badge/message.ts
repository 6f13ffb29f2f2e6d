import { FEWEST_IMAGES } from "../../core/audit/protocol.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import type { Proportion } from "../../core/audit/statistics/wilson.ts";
import type { Badge } from "./draw.ts";

/** Says what there is to say without a figure, and with too few images for a grade. */
const NEUTRAL = "#737373";

/**
 * The grades: the first whose `below` exceeds the share of fooled images. Four colours that differ
 * from one another and from the neutral grey by at least 20 units of CIELAB for people with normal
 * sight, protanopia, deuteranopia and tritanopia, and carry white text at a contrast of at least 4.5.
 * Blue is the safer side, brown the other; the darker, the further from the middle.
 */
const GRADES: readonly { readonly below: number; readonly color: string }[] = [
  { below: 0.05, color: "#084a83" },
  { below: 0.2, color: "#1f78c8" },
  { below: 0.5, color: "#a85c00" },
  { below: Infinity, color: "#6b2000" },
];

export const BADGE_COLORS: readonly string[] = [NEUTRAL, ...GRADES.map(({ color }) => color)];

const LABEL = "pixel attack";

/**
 * The badge of a fooled rate, such as `1px: 27% fooled (24–30, n=881)`: the rate over images that were
 * classified correctly, its 95 % Wilson interval in percent, and their number.
 * @param pixels the number k of pixels, or `"min"`.
 */
export function rateBadge(pixels: number | "min", fooled: Proportion): Badge {
  const { rate, low, high, n } = fooled;
  const name = pixels === "min" ? "any px" : `${pixels}px`;
  if (rate === null)
    return { label: LABEL, message: `${name}: no image classified correctly`, color: NEUTRAL };
  const color = n < FEWEST_IMAGES ? NEUTRAL : GRADES.find(({ below }) => rate < below)!.color;
  return {
    label: LABEL,
    message: `${name}: ${percent(rate)}% fooled (${percent(low)}–${percent(high)}, n=${n})`,
    color,
  };
}

/**
 * Whether a report is self-reported: only the user who ran the audit has its images, or their labels are a model's own
 * predictions.
 */
export const isSelfReported = ({ images }: Pick<AuditReport, "images">): boolean =>
  "sha256" in images || "labelledBy" in images;

/**
 * The badge of a report, which says so when it is self-reported.
 * @param pixels the row; by default the first
 * @returns null when the report has no such row
 */
export function reportBadge(report: AuditReport, pixels?: number | "min"): Badge | null {
  const row = report.rows.find((one) => pixels === undefined || one.pixels === pixels);
  if (row === undefined) return null;
  const badge = rateBadge(row.pixels, row.statistics.fooled);
  return isSelfReported(report) ? { ...badge, label: `${badge.label}, self-reported` } : badge;
}

/** A badge without a figure: `not audited`, or what was wrong with the request. */
export function plainBadge(message: string): Badge {
  return { label: LABEL, message, color: NEUTRAL };
}

/** The badge as JSON for the shields.io endpoint, which refuses any key but its own. */
export function shieldsEndpoint({ label, message, color }: Badge) {
  return { schemaVersion: 1 as const, label, message, color };
}

/** Whole percent; one decimal within one percent of an end, so that a small rate does not read as none, nor a large one as all. */
function percent(share: number): string {
  const hundredfold = share * 100;
  const isWhole = share === 0 || share === 1 || (hundredfold >= 1 && hundredfold <= 99);
  return hundredfold.toFixed(isWhole ? 0 : 1);
}
