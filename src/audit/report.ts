import { encodePng } from "../image/png.ts";
import type { Raster } from "../kernel/raster.ts";
import type { AuditDefinition, AuditRow } from "./definition.ts";
import { type MinimalPixels, minimalPixels } from "./minimum.ts";
import type { ImageOutcome } from "./outcome.ts";
import { type AuditStatistics, statistics } from "./statistics.ts";

/** Fooled images shown for each row: the first ones, so that nobody chose them. */
const SHOWN_PER_ROW = 12;

/** A fooled image, to be looked at. */
export interface ShownImage extends ImageOutcome {
  /** The adversarial image as a PNG data URL. */
  readonly image: string;
}

/** The figures of one row of an audit, and some of its images. */
export interface ReportRow extends AuditRow {
  readonly statistics: AuditStatistics;
  /** The first fooled images of the set. */
  readonly gallery: readonly ShownImage[];
}

/**
 * What an audit found: all that the evidence page and the badge are made from, and what
 * `models/<id>/audit.json` holds.
 */
export interface AuditReport extends Omit<AuditDefinition, "rows"> {
  /** The day on which the audit ended, as YYYY-MM-DD in UTC. */
  readonly date: string;
  readonly rows: readonly ReportRow[];
  readonly minimalPixels: MinimalPixels;
}

/**
 * Makes the report of an audit from its outcomes, which may stand in any order.
 * @param imageAt the unchanged image of an index
 * @throws RangeError for outcomes that do not fit the definition
 */
export function makeReport(
  { rows, ...definition }: AuditDefinition,
  outcomes: readonly ImageOutcome[],
  date: string,
  imageAt: (index: number) => Raster,
): AuditReport {
  const { labels, width, height } = definition.model;
  return {
    ...definition,
    date,
    rows: rows.map((row) => {
      const own = outcomes
        .filter(({ pixels }) => pixels === row.pixels)
        .toSorted((a, b) => a.index - b.index || (a.target ?? 0) - (b.target ?? 0));
      const fooled = own.filter(({ status }) => status === "fooled");
      return {
        ...row,
        statistics: statistics(own, { labels: labels.length, width, height }),
        gallery: fooled.slice(0, SHOWN_PER_ROW).map((outcome) => ({
          ...outcome,
          image: dataUrl(encodePng(change(imageAt(outcome.index), outcome))),
        })),
      };
    }),
    minimalPixels: minimalPixels(outcomes),
  };
}

/** The adversarial image, made again from the unchanged one. */
function change(image: Raster, { changed }: ImageOutcome): Raster {
  const data = image.data.slice();
  for (const { x, y, to } of changed) {
    const samples = [1, 3, 5].map((at) => Number.parseInt(to.slice(at, at + 2), 16));
    data.set(samples.slice(0, image.channels), (y * image.width + x) * image.channels);
  }
  return { ...image, data };
}

function dataUrl(png: Uint8Array): string {
  let binary = "";
  for (const byte of png) binary += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(binary)}`;
}
