/** Parts of several responses of the routes that query a classifier. */
import * as v from "valibot";
import { colourCodings, objectives, starts, stops } from "../../core/attack/options/settings.ts";
import { reasons } from "../../core/attack/stopped.ts";
import { searchKinds, strategies } from "../../core/kernel/search-settings.ts";
import { described, engine, whole } from "../values.ts";

export const original = described(
  v.strictObject({ width: whole, height: whole, resized: v.boolean() }),
  "The size of the image as sent, and whether it was resized to the model's input.",
);

const settingsOfAll = {
  model: v.string(),
  pixels: v.union([whole, v.literal("min")]),
  maxPixels: v.exactOptional(whole),
  scanBudget: v.exactOptional(whole),
  target: v.nullable(v.string()),
  label: v.nullable(v.string()),
  objective: v.picklist(objectives),
  stop: v.picklist(stops),
  seed: whole,
  budget: whole,
  engine: v.nullable(engine),
  space: v.exactOptional(v.literal("source")),
  probabilities: v.exactOptional(v.literal("all")),
};

const deSettings = {
  search: v.literal("de"),
  strategy: v.picklist(strategies),
  population: whole,
  generations: whole,
  mutationFactor: v.strictTuple([v.number(), v.number()]),
  crossover: v.number(),
  colours: v.picklist(colourCodings),
  start: v.picklist(starts),
};

export const settings = described(
  v.union([
    v.strictObject({ ...settingsOfAll, ...deSettings }),
    v.strictObject({ ...settingsOfAll, search: v.literal("corners"), exhaustive: v.boolean() }),
    v.strictObject({ ...settingsOfAll, search: v.picklist(["auto", "sparse-rs", "random"]) }),
  ]),
  "Every option, resolved: sending them again with the same image gives the same bytes.",
);

const { target: _, maxPixels: __, scanBudget: ___, ...sharedWithTargets } = settingsOfAll;

export const settingsOfTargets = v.union([
  v.strictObject({ ...sharedWithTargets, pixels: whole, ...deSettings }),
  v.strictObject({
    ...sharedWithTargets,
    pixels: whole,
    search: v.picklist(["auto", "corners", "sparse-rs", "random"]),
  }),
]);

export const reason = v.picklist(reasons);

export const stopped = described(
  v.nullable(reason),
  "Why the search ended: `success`; `exhausted`, a corner scan tried every candidate; `converged`, the population of `de` proposes nothing new; `gave-up`, no progress for a long time; `budget`, the queries or generations are used up; `aborted`; `cpu-limit`. Null if there was no search.",
);

export const search = described(
  v.nullable(v.picklist(searchKinds)),
  "The search that `auto` or the request selected; the last one if there were several. Null if there was no search.",
);

export const certificate = described(
  v.nullable(v.strictObject({ corners: whole, fooling: whole })),
  "After a full corner scan: the number of one-pixel changes to a corner colour, and how many of them fool the " +
    "classifier. It says nothing about other colours. Null if not every corner colour was tried.",
);
