import type { Change } from "../../core/audit/compare.ts";
import type { Check } from "../../core/audit/gate.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import { isSelfReported } from "../badge/message.ts";
import { interval, number, percent } from "../evidence/words.ts";

/** Text that a table cell shows as it is. */
const cell = (text: string) =>
  text.replace(/[\\|`*_<>[\]&#~]/g, (character) => `\\${character}`).replace(/\s+/g, " ");

const points = (share: number) => `${share > 0 ? "+" : ""}${(share * 100).toFixed(1)}`;

function changeCell(change: Change | undefined): string {
  if (change === undefined) return "not in the baseline";
  if (change.difference === null) return "no image classified correctly";
  const { difference, low, high, isWorse } = change;
  const word = isWorse ? "**worse**" : high < 0 ? "better" : "no clear change";
  return `${points(difference)} (${points(low)} to ${points(high)}): ${word}`;
}

/**
 * An audit as Markdown, for a pull request.
 * @param images which images were attacked, in words
 * @param changes against a baseline; null where there is none
 */
export function writeMarkdown(
  report: AuditReport,
  images: string,
  changes: readonly Change[] | null,
  checks: readonly Check[],
): string {
  const { model, rows, date } = report;
  const head = [
    "pixels",
    "fooled",
    "95 % interval",
    "of",
    ...(changes ? ["change in points (95 % interval)"] : []),
  ];
  const lines = rows.map(({ pixels, statistics: { fooled } }) => {
    const change = changes?.find((one) => one.pixels === pixels);
    return [
      String(pixels),
      percent(fooled.rate),
      interval(fooled),
      number(fooled.n),
      ...(changes ? [changeCell(change)] : []),
    ];
  });
  const table = [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  const broken = checks.filter(({ holds }) => !holds).map(({ sentence }) => `- ✗ ${sentence}\n`);
  const failed = rows.reduce((sum, { statistics }) => sum + statistics.failed, 0);
  const verdict =
    checks.length === 0 ? "" : broken.length === 0 ? "\nEvery threshold holds.\n" : `\n${broken.join("")}`;
  return (
    `### How easily is ${cell(model.title)} fooled?\n\n${table}\n` +
    `Of the images that are classified correctly, among ${cell(images)}. ${date}. ` +
    `Model \`${model.sha256.slice(0, 12)}\`.${isSelfReported(report) ? " Self-reported." : ""}\n` +
    (failed > 0 ? `\n${failed} attacks failed with an error; the rates do not count their images.\n` : "") +
    verdict
  );
}
