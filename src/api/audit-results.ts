/** The responses of the routes about audits and badges. */
import * as v from "valibot";
import { changedPixels, described, probability, sha256, whole } from "./values.ts";

const pixels = v.union([whole, v.literal("min")]);
const time = v.pipe(v.string(), v.isoTimestamp());

const proportion = described(
  v.strictObject({
    count: whole,
    n: whole,
    rate: v.nullable(probability),
    low: probability,
    high: probability,
  }),
  "A share with its 95 % Wilson interval.",
);

const summary = v.nullable(
  v.strictObject({
    n: whole,
    mean: v.number(),
    median: v.number(),
    percentile90: v.number(),
    smallest: v.number(),
    largest: v.number(),
  }),
);

/** One image's outcome. */
const outcome = v.strictObject({
  index: described(whole, "Position in the image set, from 0."),
  label: v.string(),
  pixels,
  target: v.nullable(v.string()),
  status: v.picklist(["fooled", "survived", "misclassified", "failed"]),
  newLabel: v.nullable(v.string()),
  probability: v.nullable(probability),
  changed: changedPixels,
  queries: whole,
  certified: v.boolean(),
  problem: v.nullable(v.string()),
});

const targets = v.strictObject({
  reached: proportion,
  byTarget: v.array(proportion),
  labelsReached: summary,
});

const statistics = v.strictObject({
  images: whole,
  failed: whole,
  accuracy: proportion,
  fooled: proportion,
  certified: proportion,
  byClass: described(
    v.array(v.strictObject({ label: v.string(), accuracy: proportion, fooled: proportion })),
    "The labels that an image has.",
  ),
  matrix: described(
    v.array(v.strictTuple([v.string(), v.string(), whole])),
    "How many attacks turned the first label into the second, where there are any.",
  ),
  queries: v.strictObject({
    fooled: summary,
    all: summary,
    total: whole,
    histogram: v.array(v.strictTuple([whole, whole])),
  }),
  confidence: summary,
  density: v.strictObject({ columns: whole, rows: whole, counts: v.array(whole) }),
  targets: v.nullable(targets),
});

const definition = {
  model: v.strictObject({
    id: v.string(),
    title: v.string(),
    sha256,
    labels: v.array(v.string()),
    width: whole,
    height: whole,
  }),
  images: v.union([
    v.strictObject({
      set: v.string(),
      count: whole,
      seed: v.nullable(whole),
      labelledBy: v.exactOptional(
        described(v.string(), "The model whose predictions the labels are; without it they are the truth."),
      ),
    }),
    v.strictObject({ set: v.literal("uploaded"), count: whole }),
  ]),
  targeted: v.boolean(),
  options: described(v.record(v.string(), v.unknown()), "The options of the request."),
};

const row = {
  pixels,
  settings: described(v.record(v.string(), v.unknown()), "Every option of the row's attacks, resolved."),
};

export const auditReportSchema = v.strictObject({
  schemaVersion: described(v.literal(3), "The format of the report."),
  ...definition,
  date: v.pipe(v.string(), v.isoDate()),
  rows: v.array(
    v.strictObject({
      ...row,
      statistics,
      gallery: described(v.array(outcome), "The first fooled images of the set."),
    }),
  ),
  minimalPixels: described(
    v.strictObject({ n: whole, counts: v.array(v.strictTuple([whole, whole])), survived: whole }),
    "How many images each number of pixels fools.",
  ),
});

const state = v.picklist(["running", "finished", "cancelled"]);
export const auditProgressSchema = v.strictObject({ done: whole, total: whole, failed: whole });

export const auditSchema = v.strictObject({
  id: v.string(),
  publish: v.boolean(),
  publication: described(
    v.nullable(v.strictObject({ published: v.boolean(), reason: v.nullable(v.string()) })),
    "Whether the report was published, or why not. Null until the audit is finished, and without publish.",
  ),
  state,
  progress: auditProgressSchema,
  created: time,
  ended: v.nullable(time),
  expires: described(time, "When the audit is deleted."),
  definition: v.strictObject({ ...definition, rows: v.array(v.strictObject(row)) }),
  report: described(v.nullable(auditReportSchema), "Null until the audit is finished."),
});

export const auditOutcomesSchema = v.strictObject({
  id: v.string(),
  state,
  progress: auditProgressSchema,
  results: described(v.array(outcome), "All outcomes so far, in the order of the images."),
});

/** The endpoint format of shields.io, which allows these keys only. */
export const badgeEndpointSchema = v.strictObject({
  schemaVersion: v.literal(1),
  label: v.string(),
  message: v.string(),
  color: v.string(),
  isError: v.exactOptional(v.boolean()),
});
