import { type Command, Option } from "commander";
import { attackOptions } from "../../api/options.ts";
import { type BadgeStyle, drawBadge } from "../../report/badge/draw.ts";
import { reportBadge, shieldsEndpoint } from "../../report/badge/message.ts";
import { readReport } from "../audit/read-report.ts";
import { writeOutput } from "../files.ts";
import { type Context, UsageError } from "../io.ts";
import { readFields } from "../options/attack-options.ts";

const STYLES = ["flat", "flat-square"];

interface Values {
  readonly pixels?: string;
  readonly style: string;
  readonly output?: string;
  readonly json?: true;
}

/** `onepixel badge REPORT` */
export function badgeCommand(command: Command, context: Context): Command {
  const style = new Option("--style <name>", "The style of the badge.").default("flat");
  style.argChoices = STYLES;
  return command
    .summary("draw the badge of a report")
    .description(
      "Draws the badge of one row of a report as SVG, or prints it as JSON for the endpoint badge of shields.io.",
    )
    .argument("<report>", "report.json, or the folder of an audit.")
    .option("-k, --pixels <k>", "Which row. Default: the first.")
    .addOption(style)
    .option("-o, --output <file>", "Write it to this file instead of printing it.")
    .option("--json", "Print JSON for the endpoint badge of shields.io.")
    .addHelpText(
      "after",
      `
Example:
  $ onepixel badge onepixel-audit --pixels 3 -o badge.svg`,
    )
    .action((path: string, values: Values) => {
      if (!STYLES.includes(values.style)) {
        throw new UsageError(`--style must be one of ${STYLES.join(", ")}, not "${values.style}"`);
      }
      const report = readReport(path, "REPORT");
      const { pixels } = readFields({ pixels: attackOptions.pixels }, { pixels: values.pixels });
      const badge = reportBadge(report, pixels);
      if (badge === null) {
        const rows = report.rows.map((row) => row.pixels).join(", ");
        throw new UsageError(
          `--pixels must be one of ${rows}, the rows of the report, not "${values.pixels}"`,
        );
      }
      const text = values.json
        ? JSON.stringify(shieldsEndpoint(badge))
        : drawBadge(badge, values.style as BadgeStyle);
      if (values.output === undefined) context.out(`${text}\n`);
      else writeOutput(values.output, `${text}\n`, "output");
    });
}
