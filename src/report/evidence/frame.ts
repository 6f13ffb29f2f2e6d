import { repeatCommand } from "../../core/audit/command.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import { drawBadge } from "../badge/draw.ts";
import { isSelfReported, plainBadge, reportBadge } from "../badge/message.ts";
import { imagesName, type NamedSet } from "./words.ts";

/** What an evidence page says beside its report, which depends on who shows it. */
export interface Frame {
  /** The address of the badge. */
  readonly badge: string;
  /** The address of the same figures as JSON. */
  readonly json: string;
  /** Which images were attacked, in words. */
  readonly images: string;
  /** The command that makes the report again; null for images that a reader does not have. */
  readonly command: string | null;
  /** Whether the figures are the word of whoever ran the audit, which nobody else can check. */
  readonly isSelfReported: boolean;
}

/** Around the page that the service shows of a model. @param set the evaluation set that the report is about */
export function publishedFrame(report: AuditReport, set: NamedSet): Frame {
  const path = `/v1/models/${report.model.id}`;
  return {
    badge: `${path}/badge.svg?pixels=${report.rows[0]?.pixels}`,
    json: `${path}/audit`,
    images: imagesName(report, set),
    command: repeatCommand(report),
    isSelfReported: isSelfReported(report),
  };
}

/** Around a page that is a file beside report.json. @param set the evaluation set, where the report is about one */
export function fileFrame(report: AuditReport, set: NamedSet | null): Frame {
  const badge = reportBadge(report) ?? plainBadge("not audited");
  return {
    badge: `data:image/svg+xml,${encodeURIComponent(drawBadge(badge, "flat"))}`,
    json: "report.json",
    images: imagesName(report, set),
    command: null,
    isSelfReported: isSelfReported(report),
  };
}
