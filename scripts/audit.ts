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
import type { AuditDefinition } from "../src/audit/definition.ts";
import { evaluationCount, evaluationImage } from "../src/audit/evaluation-set.ts";
import { imageIndices } from "../src/audit/image-set.ts";
import type { ImageOutcome } from "../src/audit/outcome.ts";
import { makeReport } from "../src/audit/report.ts";
import { drawBadge } from "../src/http/badge/draw.ts";
import { rateBadge } from "../src/http/badge/message.ts";
import { fitImage } from "../src/image/fit.ts";
import { createPool } from "./evaluate/pool.ts";
import { evaluationFile, nodeRegistry } from "./node-services.ts";

const MAX_BUDGET = 100_000;

const file = evaluationFile();
const { values } = parseArgs({
  options: {
    model: { type: "string" },
    images: { type: "string", default: String(evaluationCount(file)) },
    sample: { type: "string" },
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
const { id, input, labels } = classifier.manifest;

const options: Record<string, unknown> = {};
if (values.search !== undefined) options.search = values.search;
if (values.preset !== undefined) options.preset = values.preset;
if (values.budget !== undefined) options.budget = Number(values.budget);
if (values.seed !== undefined) options.seed = Number(values.seed);

const definition = defineAudit(
  classifier,
  {
    images: {
      name: "cifar10-test",
      count: Number(values.images),
      sample: values.sample === undefined ? null : Number(values.sample),
    },
    pixels: values.pixels.split(",").map(Number),
    targeted: values.targeted,
    options: options as Omit<AttackInput, "pixels" | "label" | "target">,
  },
  MAX_BUDGET,
);

/** All outcomes, in the order of images, rows and targets. */
async function auditAll(definition: AuditDefinition): Promise<ImageOutcome[]> {
  const indices = imageIndices(definition.images, evaluationCount(file));
  const pool = createPool(id);
  let done = 0;
  const outcomes = await Promise.all(
    indices.map(async (index) => {
      const { label } = evaluationImage(file, index);
      const own = await auditImage(definition, label, (settings) => pool.run({ index, settings }));
      done++;
      if (process.stderr.isTTY || done === indices.length)
        process.stderr.write(`\r${done}/${indices.length} images`);
      return own;
    }),
  );
  process.stderr.write("\n");
  await pool.close();
  return outcomes.flat();
}

const outcomes = await auditAll(definition);
const today = new Date().toISOString().slice(0, 10);
const report = makeReport(definition, outcomes, today, (index) =>
  fitImage(evaluationImage(file, index).image, input),
);
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
