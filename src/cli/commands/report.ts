import type { Command } from "commander";
import { checkMaxFooled, checkNotWorse } from "../../core/audit/gate.ts";
import { printReport } from "../audit/print-report.ts";
import { readReport } from "../audit/read-report.ts";
import { changesAgainst } from "../audit/run-audit.ts";
import { type Context, UsageError } from "../io.ts";
import { percentage } from "../options/numbers.ts";

interface Values {
  readonly baseline?: string;
  readonly failIfWorse?: true;
  readonly maxFooled?: string;
  readonly markdown?: true;
  readonly json?: true;
}

/** `onepixel report REPORT` */
export function reportCommand(command: Command, context: Context): Command {
  return command
    .summary("print a report, compare it with another, check thresholds")
    .description("Prints the figures of a report that onepixel audit wrote, without attacking anything.")
    .argument("<report>", "report.json, or the folder of an audit.")
    .option(
      "--max-fooled <percent>",
      "Exit with 1 if more of the correctly classified images are fooled, in any row.",
    )
    .option("--baseline <report>", "An earlier report.json to compare with.")
    .option("--fail-if-worse", "Exit with 1 if a row's fooled rate is worse than the baseline's.")
    .option("--markdown", "Print it in Markdown, for a pull request.")
    .option("--json", "Print it as JSON.")
    .addHelpText(
      "after",
      `
Example:
  $ onepixel report onepixel-audit --baseline main/report.json --markdown`,
    )
    .action((path: string, { baseline, failIfWorse, maxFooled, markdown, json }: Values) => {
      if (failIfWorse && baseline === undefined) {
        throw new UsageError("--fail-if-worse needs --baseline, the report to compare with");
      }
      const report = readReport(path, "REPORT");
      const changes = changesAgainst(report, baseline);
      const most = percentage("max-fooled", maxFooled);
      const checks = [
        ...(most === null ? [] : checkMaxFooled(report, most)),
        ...(failIfWorse && changes ? checkNotWorse(changes) : []),
      ];
      printReport(context, {
        report,
        changes,
        checks,
        print: json ? "json" : markdown ? "markdown" : "words",
      });
      if (checks.some(({ holds }) => !holds)) context.exitCode = 1;
    });
}
