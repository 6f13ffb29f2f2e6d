/**
 * Attacks the first correctly classified images of an evaluation set and writes the tables of
 * docs/results.md (and docs/results.json).
 *
 *   npm run evaluate -- --pixels 1,3,5 --search auto,de,sparse-rs,random --preset paper --presetPixels 1
 *   npm run evaluate -- --pixels 1,3,5 --search auto --images 50 --targeted
 *
 * A run that was ended goes on where it stopped: outcomes are kept in .evaluate/.
 */
import { parseArgs } from "node:util";
import type { EvaluationSet } from "../src/core/audit/evaluation-set.ts";
import type { ImageOutcome } from "../src/core/audit/outcome.ts";
import { statistics } from "../src/core/audit/statistics/statistics.ts";
import type { Classifier } from "../src/core/model/classifier.ts";
import { correctImages } from "./evaluate/attack-image.ts";
import { chooseModel, chooseSet } from "./evaluate/model.ts";
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
  return outcomes;
}

const classifier = chooseModel(options.model);
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
const indices = await correctImages(classifier, set, Number(options.images));
const pool = createPool(manifest.id, set.id);
const results: ResultRow[] = [];
for (const row of rows) {
  const targets = options.targeted ? manifest.labels : [null];
  const outcomes = await evaluateRow(pool, row, indices, targets, classifier, set);
  const space = {
    labels: manifest.labels.length,
    width: manifest.input.width,
    height: manifest.input.height,
  };
  results.push({ ...row, statistics: statistics(outcomes, space) });
}
await pool.close();
writeResults({
  kind: options.targeted ? "targeted" : "untargeted",
  command: `npm run evaluate -- ${process.argv.slice(2).join(" ")}`,
  classifier,
  images: indices.length,
  lastIndex: indices.at(-1)!,
  rows: results,
});
