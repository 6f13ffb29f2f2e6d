import type { EvaluationManifest } from "../../core/audit/evaluation-set.ts";
import type { AuditReport, ReportRow } from "../../core/audit/report.ts";
import type { Proportion } from "../../core/audit/statistics/wilson.ts";

/** What pages say of an evaluation set. */
export type NamedSet = Pick<EvaluationManifest, "title" | "count">;

/** `27.0 %`; a dash where nothing was counted. */
export function percent(share: number | null): string {
  return share === null ? "–" : `${(share * 100).toFixed(1)} %`;
}

/** `24.1–30.0 %`: the 95 % interval. */
export function interval({ low, high }: Proportion): string {
  return `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %`;
}

/** A count with a comma between thousands; one decimal unless it is whole. */
export function number(value: number): string {
  return value.toLocaleString("en-GB", { maximumFractionDigits: 1 });
}

/** `1 pixel`, `3 pixels`, `any number of pixels`. */
export function pixelsName(pixels: number | "min"): string {
  if (pixels === "min") return "as few pixels as needed";
  return `${pixels} ${pixels === 1 ? "pixel" : "pixels"}`;
}

/** Which images were attacked, in words. @param set the evaluation set, where the report is about one */
export function imagesName({ images }: Pick<AuditReport, "images">, set: NamedSet | null): string {
  const count = number(images.count);
  if ("sha256" in images) {
    return `${count} images chosen by whoever ran it, a data set with the SHA-256 digest ${images.sha256}`;
  }
  if (images.seed === undefined) return `${count} images that the owner of the audit sent`;
  const title = set?.title ?? images.set;
  return images.seed === null
    ? `the first ${count} images of ${title}`
    : `${count} of the ${set ? `first ${number(set.count)} ` : ""}images of ${title}, drawn with seed ${images.seed}`;
}

/** Every option of a row's attacks, as `name=value`. */
export function settingsWords({ settings }: ReportRow): string[] {
  return Object.entries(settings)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join("–") : value}`);
}
