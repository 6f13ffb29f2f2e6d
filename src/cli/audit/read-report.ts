import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { type AuditReport, unreadable } from "../../core/audit/report.ts";
import { readJson } from "../files.ts";
import { UsageError } from "../io.ts";

const share = v.looseObject({
  count: v.number(),
  n: v.number(),
  rate: v.nullable(v.number()),
  low: v.number(),
  high: v.number(),
});

/** The parts of a report that are read here; the rest is as this version wrote it. */
const reportSchema = v.looseObject({
  date: v.string(),
  targeted: v.boolean(),
  model: v.looseObject({
    id: v.string(),
    title: v.string(),
    sha256: v.string(),
    labels: v.array(v.string()),
  }),
  images: v.looseObject({ set: v.string(), count: v.number() }),
  minimalPixels: v.looseObject({ n: v.number(), counts: v.array(v.array(v.number())), survived: v.number() }),
  rows: v.pipe(
    v.array(
      v.looseObject({
        pixels: v.union([v.number(), v.literal("min")]),
        settings: v.looseObject({}),
        gallery: v.array(v.looseObject({ index: v.number() })),
        statistics: v.looseObject({ fooled: share, accuracy: share, certified: share, failed: v.number() }),
      }),
    ),
    v.minLength(1),
  ),
});

/**
 * Reads a report.
 * @param path report.json, or the folder of an audit that holds it
 * @param option what messages call it: `--baseline`, `REPORT`
 * @throws UsageError for a file that is no report, or one of another version
 */
export function readReport(path: string, option: string): AuditReport {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "report.json") : path;
  const json = readJson(file, option);
  const { success, issues } = v.safeParse(reportSchema, json);
  if (!success) {
    const field = issues[0].path?.map(({ key }) => String(key)).join(".");
    throw new UsageError(
      `${option} "${file}" is not a report of an audit${field ? ` ("${field}" is not as expected)` : ""}; pass the report.json that onepixel audit wrote`,
    );
  }
  const reason = unreadable(json as { schemaVersion?: unknown });
  if (reason !== null) throw new UsageError(`${option} "${file}" ${reason}; run the audit again`);
  return json as AuditReport;
}
