import type { Check } from "../../core/audit/gate.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import { interval, percent, pixelsName } from "../evidence/words.ts";
import { element, writeSvg } from "../svg.ts";

/**
 * An audit as JUnit XML: a test case for each row, and one for each threshold. Its figures change with no clock.
 * @see https://github.com/testmoapp/junitxml, which describes what CI services read
 */
export function writeJunit(report: AuditReport, checks: readonly Check[]): string {
  const { model, rows } = report;
  const suite = `onepixel: ${model.id}`;
  const rowCases = rows.map(({ pixels, statistics: { fooled, failed } }) => {
    const problem = `${failed} images could not be attacked`;
    const figures = `${percent(fooled.rate)} of ${fooled.n} fooled (95 % interval ${interval(fooled)})`;
    return element(
      "testcase",
      { classname: suite, name: `audit with ${pixelsName(pixels)}` },
      ...(failed > 0 ? [element("error", { message: problem })] : []),
      element("system-out", {}, figures),
    );
  });
  const checkCases = checks.map(({ kind, pixels, holds, sentence }) =>
    element(
      "testcase",
      { classname: suite, name: `${kind} with ${pixelsName(pixels)}` },
      ...(holds ? [] : [element("failure", { message: sentence })]),
    ),
  );
  const counts = {
    tests: rowCases.length + checkCases.length,
    failures: checks.filter(({ holds }) => !holds).length,
    errors: rows.filter(({ statistics }) => statistics.failed > 0).length,
  };
  const xml = element(
    "testsuites",
    { name: "onepixel", ...counts },
    element("testsuite", { name: suite, ...counts, skipped: 0 }, ...rowCases, ...checkCases),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeSvg(xml)}\n`;
}
