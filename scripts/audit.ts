/**
 * Audits a model on its evaluation set, or another one, and writes what its badge and evidence page are made from:
 * models/<id>/audit.json, every single outcome in audit.csv and the badge in badge.svg. A report that does not keep the
 * protocol, or is weaker than the audit.json that is there, is written to .audit/<id>/ instead.
 *
 *   npm run audit -- --model cifar10-resnet8 --set cifar10-test --images 1000 --pixels 1,3,5
 *
 * Any option of an attack but label and target can be added: --search, --preset, --budget, --seed, …
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { attackOptions, fromText } from "../src/api/options.ts";
import { ranges } from "../src/core/attack/options/options.ts";
import { auditImage } from "../src/core/audit/audit-image.ts";
import { writeCsv } from "../src/core/audit/csv.ts";
import { defineAudit } from "../src/core/audit/define.ts";
import { evaluationImages, imagesOf } from "../src/core/audit/image-set.ts";
import type { ImageOutcome } from "../src/core/audit/outcome.ts";
import { definitionFaults, describeFaults } from "../src/core/audit/protocol.ts";
import { makeReport } from "../src/core/audit/report.ts";
import { drawBadge } from "../src/report/badge/draw.ts";
import { rateBadge, reportBadge } from "../src/report/badge/message.ts";
import { validate } from "../src/worker/request/validate.ts";
import { keptOut } from "./audit/destination.ts";
import { chooseModel, chooseSet } from "./evaluate/model.ts";
import { createPool } from "./evaluate/pool.ts";
import { readPixels } from "./evaluate/rows.ts";

const { pixels: _, label: __, target: ___, ...attackFields } = attackOptions;
const { values } = parseArgs({
  options: {
    ...(Object.fromEntries(Object.keys(attackFields).map((name) => [name, { type: "string" }])) as Record<
      keyof typeof attackFields,
      { type: "string" }
    >),
    model: { type: "string" },
    set: { type: "string" },
    images: { type: "string" },
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
const set = chooseSet(values.set, classifier);
const { id, labels } = classifier.manifest;

const seed = values["image-seed"];
const images = imagesOf(set, Number(values.images ?? set.count), seed === undefined ? null : Number(seed));
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

const faults = definitionFaults(definition);
if (faults.length > 0) {
  console.error(
    `This audit does not keep the protocol for badges (docs/protocol.md): ${describeFaults(faults)}`,
  );
}

/** All outcomes, in the order of images, rows and targets. */
async function auditAll(): Promise<ImageOutcome[]> {
  const pool = createPool(id, set.id);
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
const shipped = join("models", id);
const file = join(shipped, "audit.json");
const reason = keptOut(report, existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null);
const folder = reason === null ? shipped : join(".audit", id);
if (reason !== null) console.error(`${reason} ${file} is left as it is; this report is in ${folder}.`);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "audit.json"), `${JSON.stringify(report)}\n`);
writeFileSync(join(folder, "audit.csv"), writeCsv(outcomes, labels));
writeFileSync(join(folder, "badge.svg"), `${drawBadge(reportBadge(report)!, "flat")}\n`);
for (const { pixels, statistics } of report.rows) {
  const { fooled, queries } = statistics;
  console.log(rateBadge(pixels, fooled).message, `queries: ${queries.total}`);
}
