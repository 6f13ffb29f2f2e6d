/**
 * Audits a model on the evaluation images and writes what its badge and evidence page are made from:
 * models/<id>/audit.json, and every single outcome in audit.csv beside it.
 *
 *   npm run audit -- --model cifar10-resnet8 --images 1000 --pixels 1,3,5
 *
 * Any option of an attack can be added: --search, --preset, --budget, --seed, …
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { AttackInput } from "../src/attack/options.ts";
import { auditImage } from "../src/audit/audit-image.ts";
import { writeCsv } from "../src/audit/csv.ts";
import { defineAudit } from "../src/audit/define.ts";
import { evaluationCount } from "../src/audit/evaluation-set.ts";
import { evaluationImages } from "../src/audit/image-set.ts";
import type { ImageOutcome } from "../src/audit/outcome.ts";
import { makeReport } from "../src/audit/report.ts";
import { drawBadge } from "../src/http/badge/draw.ts";
import { rateBadge } from "../src/http/badge/message.ts";
import { createPool } from "./evaluate/pool.ts";
import { evaluationFile, nodeRegistry } from "./node-services.ts";

const MAX_BUDGET = 100_000;

const file = evaluationFile();
const { values } = parseArgs({
  options: {
    model: { type: "string" },
    images: { type: "string", default: String(evaluationCount(file)) },
    "image-seed": { type: "string" },
    pixels: { type: "string", default: "1,3,5" },
    targeted: { type: "boolean", default: false },
    search: { type: "string" },
    preset: { type: "string" },
    budget: { type: "string" },
    seed: { type: "string" },
  },
});

const registry = nodeRegistry();
const classifier = values.model === undefined ? registry.default : registry.get(values.model);
if (!classifier) throw new Error(`--model: there is no model "${values.model}".`);
const { id, labels } = classifier.manifest;

const options: Record<string, unknown> = {};
if (values.search !== undefined) options.search = values.search;
if (values.preset !== undefined) options.preset = values.preset;
if (values.budget !== undefined) options.budget = Number(values.budget);
if (values.seed !== undefined) options.seed = Number(values.seed);

const images = {
  name: "cifar10-test",
  count: Number(values.images),
  seed: values["image-seed"] === undefined ? null : Number(values["image-seed"]),
} as const;
const definition = defineAudit(
  classifier,
  {
    images,
    pixels: values.pixels.split(",").map(Number),
    targeted: values.targeted,
    options: options as Omit<AttackInput, "pixels" | "label" | "target">,
  },
  MAX_BUDGET,
);

/** All outcomes, in the order of images, rows and targets. */
async function auditAll(): Promise<ImageOutcome[]> {
  const pool = createPool(id);
  let done = 0;
  const outcomes = await Promise.all(
    evaluationImages(images, labels, file).map(async ({ index, label }, _, { length }) => {
      const own = await auditImage(definition, label, (settings) => pool.run({ index, settings }));
      done++;
      if (process.stderr.isTTY || done === length) process.stderr.write(`\r${done}/${length} images`);
      return own;
    }),
  );
  process.stderr.write("\n");
  await pool.close();
  return outcomes.flat();
}

const outcomes = await auditAll();
const today = new Date().toISOString().slice(0, 10);
const report = makeReport(definition, outcomes, today);
const folder = new URL(`../models/${id}/`, import.meta.url);
writeFileSync(new URL("audit.json", folder), `${JSON.stringify(report)}\n`);
writeFileSync(new URL("audit.csv", folder), writeCsv(outcomes, labels));
const [first] = report.rows;
if (first) {
  const badge = drawBadge(rateBadge(first.pixels, first.statistics.fooled), "flat");
  writeFileSync(new URL("badge.svg", folder), `${badge}\n`);
}
for (const { pixels, statistics } of report.rows) {
  const { fooled, queries } = statistics;
  console.log(rateBadge(pixels, fooled).message, `queries: ${queries.total}`);
}
