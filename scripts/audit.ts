/**
 * Audits a model on the evaluation images and writes what its badge and evidence page are made from:
 * models/<id>/audit.json, and every single outcome in audit.csv beside it.
 *
 *   npm run audit -- --model cifar10-resnet8 --images 1000 --pixels 1,3,5
 *
 * Any option of an attack but label and target can be added: --search, --preset, --budget, --seed, …
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { ranges } from "../src/attack/options.ts";
import { auditImage } from "../src/audit/audit-image.ts";
import { writeCsv } from "../src/audit/csv.ts";
import { defineAudit } from "../src/audit/define.ts";
import { evaluationImages } from "../src/audit/image-set.ts";
import type { ImageOutcome } from "../src/audit/outcome.ts";
import { makeReport } from "../src/audit/report.ts";
import { drawBadge } from "../src/http/badge/draw.ts";
import { rateBadge } from "../src/http/badge/message.ts";
import { attackOptions, fromText } from "../src/http/schemas/options.ts";
import { validate } from "../src/http/validate.ts";
import { chooseModel, requireEvaluationLabels } from "./evaluate/model.ts";
import { createPool } from "./evaluate/pool.ts";
import { readPixels } from "./evaluate/rows.ts";
import { evaluationSet } from "./node-services.ts";

const set = evaluationSet();
const { pixels: _, label: __, target: ___, ...attackFields } = attackOptions;
const { values } = parseArgs({
  options: {
    ...(Object.fromEntries(Object.keys(attackFields).map((name) => [name, { type: "string" }])) as Record<
      keyof typeof attackFields,
      { type: "string" }
    >),
    model: { type: "string" },
    images: { type: "string", default: String(set.count) },
    "image-seed": { type: "string" },
    pixels: { type: "string", default: "1,3,5" },
    targeted: { type: "boolean", default: false },
  },
});

/** The options of the attacks, checked as those of a request are. */
function readOptions() {
  const given = Object.keys(attackFields).flatMap((name) => {
    const text = values[name as keyof typeof attackFields];
    return text === undefined ? [] : [[name, fromText(name, text)]];
  });
  return validate(v.strictObject(attackFields), Object.fromEntries(given));
}

const classifier = chooseModel(values.model);
requireEvaluationLabels(classifier, set);
const { id, labels } = classifier.manifest;

const images = {
  name: set.id,
  count: Number(values.images),
  seed: values["image-seed"] === undefined ? null : Number(values["image-seed"]),
};
const definition = defineAudit(
  classifier,
  {
    images,
    pixels: readPixels(values.pixels),
    targeted: values.targeted,
    options: readOptions(),
  },
  ranges.budget.max,
);

/** All outcomes, in the order of images, rows and targets. */
async function auditAll(): Promise<ImageOutcome[]> {
  const pool = createPool(id);
  let done = 0;
  const outcomes = await Promise.all(
    evaluationImages(images, classifier.manifest, set).map(async ({ index, label }, _, { length }) => {
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
