/** docs/results.json and docs/results.md: the tables of the last evaluations. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { AuditStatistics } from "../../src/core/audit/statistics/statistics.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { type Pair, pairCells, pairHead } from "./pairs.ts";
import { type PhotoRun, type PhotoSection, photoSection } from "./photo-results.ts";
import type { Row } from "./rows.ts";
import { percent, rate, table, whole } from "./table.ts";

export interface ResultRow extends Row {
  readonly statistics: AuditStatistics;
}

/** Two searches with one number of pixels. */
type PixelsPair = Pair & { readonly pixels: number | "min" };

export interface Evaluation {
  /** `others` of a classifier that does not ship. */
  readonly kind: "untargeted" | "targeted" | "others";
  /** The command that prints these figures. */
  readonly command: string;
  readonly classifier: Classifier;
  /** The first so many correctly classified images … */
  readonly images: number;
  /** … from this index of the evaluation set on … */
  readonly from: number;
  /** … the last of which has this index in the evaluation set. */
  readonly lastIndex: number;
  readonly rows: readonly ResultRow[];
  /** Each two searches with the same number of pixels. */
  readonly pairs: readonly PixelsPair[];
}

type Section = Pick<Evaluation, "command" | "images" | "from" | "lastIndex" | "rows"> & {
  readonly model: { readonly id: string; readonly sha256: string; readonly labels: readonly string[] };
};
type OtherSection = Section & Pick<Evaluation, "pairs">;
type Results = Partial<Record<"untargeted" | "targeted", Section>> & {
  readonly others?: readonly OtherSection[];
  readonly photos?: PhotoSection;
};

const JSON_FILE = "docs/results.json";
const MARKDOWN_FILE = "docs/results.md";

function untargetedTable({ rows }: Section): string {
  return table(
    [
      "pixels",
      "search",
      "budget",
      "fooled",
      "95 % interval",
      "queries: mean, all images",
      "mean, fooled",
      "median, fooled",
      "most",
      "certified",
      "mean confidence",
    ],
    rows.map(({ name, settings, statistics }) => {
      const { all, fooled } = statistics.queries;
      return [
        String(settings.pixels),
        name,
        whole(settings.budget),
        rate(statistics.fooled),
        all ? whole(all.mean) : "–",
        fooled ? whole(fooled.mean) : "–",
        fooled ? whole(fooled.median) : "–",
        all ? whole(all.largest) : "–",
        String(statistics.certified.count),
        statistics.confidence ? `${percent(statistics.confidence.mean)} %` : "–",
      ];
    }),
  );
}

const attacksBetween = ({ matrix }: AuditStatistics, from: number, to: number): number =>
  matrix.find(([a, b]) => a === from && b === to)?.[2] ?? 0;

function targetedTables({ rows, model }: Section): string {
  const summary = table(
    [
      "pixels",
      "search",
      "budget",
      "images turned into some class",
      "95 % interval",
      "classes reached an image, mean",
      "targets reached",
      "queries an attack, mean",
    ],
    rows.map(({ name, settings, statistics }) => [
      String(settings.pixels),
      name,
      whole(settings.budget),
      rate(statistics.fooled),
      (statistics.targets?.labelsReached?.mean ?? 0).toFixed(2),
      `${statistics.targets?.reached.count ?? 0}/${statistics.targets?.reached.n ?? 0}`,
      whole(statistics.queries.all?.mean ?? 0),
    ]),
  );
  const byTarget = table(
    ["pixels", "search", ...model.labels],
    rows.map(({ name, settings, statistics }) => [
      String(settings.pixels),
      name,
      ...(statistics.targets?.byTarget ?? []).map(({ count, n }) => `${count}/${n}`),
    ]),
  );
  const matrices = rows.map(({ name, settings, statistics }) => {
    const grid = table(
      ["from \\ to", ...model.labels],
      model.labels.map((name, from) => [
        name,
        ...model.labels.map((_, to) => (to === from ? "·" : String(attacksBetween(statistics, from, to)))),
      ]),
    );
    return `### From class to class, ${settings.pixels} pixel${settings.pixels === 1 ? "" : "s"}, ${name}\n\n${grid}`;
  });
  return [summary, "### Reached, by target", byTarget, ...matrices].join("\n\n");
}

/** Which images of which classifier, the command, and the tables. */
function measured({ command, model, images, from, lastIndex }: Section, tables: string): string {
  const skipped = from === 0 ? "" : `after its first ${from} `;
  return `\`${model.id}\` (SHA-256 \`${model.sha256.slice(0, 12)}…\`), the first ${images} correctly classified
images of the evaluation set ${skipped}(indices ${from} to ${lastIndex}). Printed by:

\`\`\`sh
${command}
\`\`\`

${tables}
`;
}

const section = (title: string, content: Section, tables: string): string =>
  `## ${title}\n\n${measured(content, tables)}`;

function otherTables(content: OtherSection): string {
  const pairs = content.pairs.map((pair) => [String(pair.pixels), ...pairCells(pair)]);
  const compared = pairs.length === 0 ? [] : [table(["pixels", ...pairHead("images")], pairs)];
  return [untargetedTable(content), ...compared].join("\n\n");
}

const otherSection = (contents: readonly OtherSection[]): string =>
  `## Other classifiers

These do not ship. FOLDER holds the \`model.onnx\` and the \`manifest.json\` of one.

${contents.map((content) => measured(content, otherTables(content))).join("\n")}`;

function markdown({ untargeted, targeted, others, photos }: Results): string {
  return `# Results

Written by \`npm run evaluate\`; the same figures as data are in [results.json](results.json).

Rates are over images that the classifier gets right before the attack. A success is an image whose returned
PNG, decoded again, onnxruntime-web classifies wrongly (targeted: as the target). Intervals are 95 % Wilson
intervals. A query is one candidate's forward pass; a candidate that was queried before for the same image
costs nothing, so queries are distinct queries. "Survived the budget" is not "robust". A certificate says that no
one-pixel change to a corner colour fools the classifier; it says nothing about other colours.

${untargeted ? section("Untargeted", untargeted, untargetedTable(untargeted)) : ""}
${targeted ? section("Targeted", targeted, targetedTables(targeted)) : ""}
${others ? otherSection(others) : ""}
${photos ? photoSection(photos) : ""}`.trimEnd();
}

const read = (): Results => (existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, "utf8")) : {});

/** Replaces a section in both files. */
function write(replaced: Results): void {
  const all = { ...read(), ...replaced };
  writeFileSync(JSON_FILE, `${JSON.stringify(all, null, 1)}\n`);
  writeFileSync(MARKDOWN_FILE, `${markdown(all)}\n`);
}

/** Replaces the section of this kind, of other classifiers the run of the same command, in both files, and prints it. */
export function writeResults({ kind, classifier, pairs, ...measured }: Evaluation): void {
  const { id, labels } = classifier.manifest;
  const current: Section = { ...measured, model: { id, sha256: classifier.sha256, labels } };
  if (kind === "others") {
    const isSame = ({ command, model }: Section) =>
      command === current.command && model.sha256 === classifier.sha256;
    const rest = read().others?.filter((other) => !isSame(other)) ?? [];
    write({ others: [...rest, { ...current, pairs }] });
    console.log(otherTables({ ...current, pairs }));
    return;
  }
  write({ [kind]: current });
  console.log(kind === "untargeted" ? untargetedTable(current) : targetedTables(current));
}

/** Replaces the run of the same command in the section on photos, in both files, and prints it. */
export function writePhotoResults(run: PhotoRun): void {
  const others = read().photos?.filter(({ command }) => command !== run.command) ?? [];
  write({ photos: [...others, run] });
  console.log(photoSection([run]));
}
