import { readFileSync } from "node:fs";
import type { AuditReport } from "../../src/core/audit/report.ts";

/** The report shipped with cifar10-resnet8, of 1,000 images at 1, 3 and 5 pixels. */
export const shippedReport: AuditReport = JSON.parse(
  readFileSync(new URL("../../models/cifar10-resnet8/audit.json", import.meta.url), "utf8"),
);
