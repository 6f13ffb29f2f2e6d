/** The section of docs/results.md on photos: what fell, and one search beside another on the same photos. */
import { summarise } from "../../src/core/audit/statistics/summary.ts";
import { proportion } from "../../src/core/audit/statistics/wilson.ts";
import { comparePair, mean, pairCells, pairHead } from "./pairs.ts";
import { rate, table, whole } from "./table.ts";

/** The outcome of one attack on one photo. */
export interface PhotoOutcome {
  /** The photo's place in the list. */
  readonly index: number;
  readonly file: string;
  readonly isFooled: boolean;
  readonly queries: number;
  /** Seconds of processor time. */
  readonly seconds: number;
}

/** One search with one number of pixels on all photos. */
export interface PhotoRow {
  readonly space: string;
  readonly pixels: number;
  readonly search: string;
  readonly budget: number;
  readonly outcomes: readonly PhotoOutcome[];
}

/** One run of the command. */
export interface PhotoRun {
  /** The command that prints these figures. */
  readonly command: string;
  readonly model: { readonly id: string; readonly sha256: string };
  readonly rows: readonly PhotoRow[];
}

export type PhotoSection = readonly PhotoRun[];

function rowsTable(rows: readonly PhotoRow[]): string {
  const head = [
    "space",
    "pixels",
    "search",
    "budget",
    "fooled",
    "95 % interval",
    "queries: mean, all photos",
    "mean, fooled",
    "median, fooled",
    "seconds: mean, all photos",
    "median, fooled",
  ];
  return table(
    head,
    rows.map(({ space, pixels, search, budget, outcomes }) => {
      const fooled = outcomes.filter(({ isFooled }) => isFooled);
      const queries = summarise(fooled.map((each) => each.queries));
      const seconds = summarise(fooled.map((each) => each.seconds));
      return [
        space,
        String(pixels),
        search,
        whole(budget),
        rate(proportion(fooled.length, outcomes.length)),
        whole(mean(outcomes.map((each) => each.queries))),
        queries ? whole(queries.mean) : "–",
        queries ? whole(queries.median) : "–",
        mean(outcomes.map((each) => each.seconds)).toFixed(1),
        seconds ? seconds.median.toFixed(1) : "–",
      ];
    }),
  );
}

/** Rows of two searches on the same photos, if a run has two. */
function pairsTable(rows: readonly PhotoRow[]): string {
  const pairs = rows.flatMap((row, i) => {
    const other = rows.slice(i + 1).find(({ space, pixels }) => space === row.space && pixels === row.pixels);
    if (!other) return [];
    const searched = ({ search, outcomes }: PhotoRow) => ({ name: search, outcomes });
    return [[row.space, String(row.pixels), ...pairCells(comparePair(searched(row), searched(other)))]];
  });
  return pairs.length === 0 ? "" : table(["space", "pixels", ...pairHead("photos")], pairs);
}

/** The section, in Markdown. */
export function photoSection(runs: PhotoSection): string {
  const parts = runs.map(({ command, model, rows }) =>
    [
      `\`${model.id}\` (SHA-256 \`${model.sha256.slice(0, 12)}…\`). Printed by:`,
      `\`\`\`sh\n${command}\n\`\`\``,
      rowsTable(rows),
      pairsTable(rows),
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
  );
  return `## Photos\n\n${PROTOCOL}\n\n${parts.join("\n\n")}\n`;
}

const PROTOCOL = `The right label of a photo is what the classifier predicts before the attack. With space \`source\` the pixels are
those of the photo itself, with \`input\` those of the classifier's input. Seconds are of processor time on one core.`;
