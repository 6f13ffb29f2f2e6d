/**
 * Attacks the first correctly classified images of an evaluation set and writes the tables of
 * docs/results.md (and docs/results.json).
 *
 *   npm run evaluate -- --pixels 1,3,5 --search auto,de,sparse-rs,random --preset paper --presetPixels 1
 *   npm run evaluate -- --pixels 1,3,5 --search auto --images 50 --targeted
 *   npm run evaluate -- --model FOLDER --pixels 64 --search auto,sparse-rs --images 100 --from 100
 *
 * Of a classifier that does not ship, in a folder, the tables are in a section of their own, with the searches compared
 * image by image. `--from 100` leaves out the first 100 images, which a search may have been tuned on. A run that was ended goes on where it stopped: outcomes are kept in .evaluate/.
 */
import { parseArgs } from "node:util";
import type { EvaluationSet } from "../src/core/audit/evaluation-set.ts";
import type { ImageOutcome } from "../src/core/audit/outcome.ts";
import { statistics } from "../src/core/audit/statistics/statistics.ts";
import type { Classifier } from "../src/core/model/classifier.ts";
import { nodeRegistry } from "../src/node/services.ts";
import { correctImages } from "./evaluate/attack-image.ts";
import { chooseSet, openClassifier, refuse } from "./evaluate/model.ts";
import { comparePair, type Searched } from "./evaluate/pairs.ts";
import { createPool, type Pool } from "./evaluate/pool.ts";
import { type ResultRow, writeResults } from "./evaluate/results.ts";
import { type Row, readPixels, rowsOf } from "./evaluate/rows.ts";
import { identityOf, openStore } from "./evaluate/store.ts";

const { values: options } = parseArgs({
  options: {
    pixels: { type: "string", default: "1,3,5" },
    search: { type: "string", default: "" },
    preset: { type: "string", default: "" },
    presetPixels: { type: "string" },
    images: { type: "string", default: "200" },
    from: { type: "string", default: "0" },
    budget: { type: "string" },
    seed: { type: "string", default: "1" },
    model: { type: "string" },
    set: { type: "string" },
    targeted: { type: "boolean", default: false },
  },
});

const list = (text: string): string[] => text.split(",").filter((part) => part !== "");

function showProgress(name: string, done: number, all: number, fooled: number): void {
  if (!process.stderr.isTTY && done !== all) return;
  const width = 30;
  const filled = Math.round((done / all) * width);
  const bar = "█".repeat(filled) + "░".repeat(width - filled);
  process.stderr.write(
    `\r${name.padEnd(28)} ${bar} ${done}/${all}, ${fooled} fooled${done === all ? "\n" : ""}`,
  );
}

/** The outcomes of one row, from the store where they are there already. */
async function evaluateRow(
  pool: Pool,
  { name, settings }: Row,
  indices: readonly number[],
  targets: readonly (string | null)[],
  classifier: Classifier,
  set: EvaluationSet,
): Promise<ImageOutcome[]> {
  const tasks = targets.flatMap((target) => {
    const aimed = { ...settings, target };
    const store = openStore<ImageOutcome>(".evaluate", [set.id, ...identityOf(classifier)], aimed);
    return indices
      .filter((index) => set.labelOf(index) !== target)
      .map((index) => ({ index, settings: aimed, store }));
  });
  const outcomes: ImageOutcome[] = [];
  let fooled = 0;
  await Promise.all(
    tasks.map(async ({ index, settings, store }) => {
      const known = store.get(index);
      const outcome = known ?? (await pool.run({ index, settings }));
      if (!known) store.add(outcome);
      outcomes.push(outcome);
      if (outcome.status === "fooled") fooled++;
      showProgress(`${name}, ${settings.pixels} pixels`, outcomes.length, tasks.length, fooled);
    }),
  );
  return outcomes.sort((a, b) => a.index - b.index);
}

const classifier = await openClassifier(options.model);
const ships = nodeRegistry().classifiers.some(({ sha256 }) => sha256 === classifier.sha256);
if (!ships && options.targeted) refuse("--targeted: only classifiers that ship have tables of targets.");
const set = chooseSet(options.set, classifier);
const { manifest } = classifier;
const rows = rowsOf(
  {
    pixels: readPixels(options.pixels),
    searches: list(options.search),
    presets: list(options.preset),
    presetPixels: readPixels(options.presetPixels ?? options.pixels),
    seed: Number(options.seed),
    budget: options.budget === undefined ? undefined : Number(options.budget),
    targeted: options.targeted,
  },
  manifest,
);
if (rows.length === 0) throw new Error("Nothing to evaluate: say --search or --preset.");
const from = Number(options.from);
const indices = await correctImages(classifier, set, Number(options.images), from);
const pool = createPool(options.model ?? manifest.id, set.id);
const results: ResultRow[] = [];
const searched: (Searched & { readonly pixels: number | "min" })[] = [];
for (const row of rows) {
  const targets = options.targeted ? manifest.labels : [null];
  const outcomes = await evaluateRow(pool, row, indices, targets, classifier, set);
  const space = {
    labels: manifest.labels.length,
    width: manifest.input.width,
    height: manifest.input.height,
  };
  results.push({ ...row, statistics: statistics(outcomes, space) });
  const tried = outcomes.map(({ status, queries }) => ({ isFooled: status === "fooled", queries }));
  searched.push({ name: row.name, pixels: row.settings.pixels, outcomes: tried });
}
await pool.close();
const pairs = searched.flatMap((first, i) =>
  searched
    .slice(i + 1)
    .filter(({ pixels }) => pixels === first.pixels)
    .map((second) => ({ pixels: first.pixels, ...comparePair(first, second) })),
);
const written = process.argv.slice(2).map((word) => (!ships && word === options.model ? "FOLDER" : word));
writeResults({
  kind: ships ? (options.targeted ? "targeted" : "untargeted") : "others",
  pairs,
  command: `npm run evaluate -- ${written.join(" ")}`,
  classifier,
  images: indices.length,
  from,
  lastIndex: indices.at(-1)!,
  rows: results,
});
