import type { Change } from "../../core/audit/compare.ts";
import type { Check } from "../../core/audit/gate.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import { writeMarkdown } from "../../report/ci/markdown.ts";
import { imagesName, interval, percent, pixelsName } from "../../report/evidence/words.ts";
import { type Context, type Io, paint, say } from "../io.ts";

/** What is printed of a report. */
export interface Printed {
  readonly report: AuditReport;
  readonly changes: readonly Change[] | null;
  readonly checks: readonly Check[];
  readonly print: "words" | "markdown" | "json";
  /** The folder that holds its files; undefined where none were written. */
  readonly out?: string | undefined;
}

const points = (share: number) => `${share > 0 ? "+" : ""}${(share * 100).toFixed(1)}`;

function describe({ report, changes, checks, out }: Printed, io: Io): string {
  const [first] = report.rows;
  const { accuracy } = first!.statistics;
  const rows = report.rows.map(({ pixels, statistics: { fooled, certified } }) => {
    const change = changes?.find((one) => one.pixels === pixels);
    const against =
      change && change.difference !== null
        ? `; ${points(change.difference)} points against the baseline (${points(change.low)} to ${points(change.high)})`
        : "";
    const certificates = certified.count > 0 ? `; ${certified.count} certified` : "";
    return `  ${pixelsName(pixels)}: ${percent(fooled.rate)} fooled, ${fooled.count} of ${fooled.n} (95 % interval ${interval(fooled)})${certificates}${against}\n`;
  });
  const failed = report.rows.reduce((sum, { statistics }) => sum + statistics.failed, 0);
  return [
    `${report.model.title}: right on ${accuracy.count} of ${accuracy.n} images\n`,
    ...rows,
    accuracy.count === 0 ? "No image was classified correctly: check --labels and --normalise.\n" : "",
    failed > 0
      ? `${failed} attacks failed with an error; the rates do not count their images. See outcomes.csv.\n`
      : "",
    ...checks.map(
      ({ holds, sentence }) =>
        `${holds ? paint(io, "green", "holds") : paint(io, "red", "BROKEN")}: ${sentence}\n`,
    ),
    out === undefined ? "" : `The report is ${out}/report.html\n`,
  ].join("");
}

/** Prints a report in the form that was asked for. */
export function printReport(context: Context, printed: Printed): void {
  const { report, changes, checks, print } = printed;
  if (print === "json") context.out(`${JSON.stringify(report)}\n`);
  else if (print === "markdown") {
    context.out(writeMarkdown(report, imagesName(report, null), changes, checks));
  } else say(context, describe(printed, context));
}
