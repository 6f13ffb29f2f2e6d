/**
 * The responses of the routes that query a classifier; the API's description is generated from these, and
 * tests check responses against them.
 */
import * as v from "valibot";
import { colourCodings, objectives, starts, stops } from "../core/attack/options/settings.ts";
import { reasons } from "../core/attack/stopped.ts";
import { searchKinds, strategies } from "../core/kernel/search-settings.ts";
import { prediction, ranked } from "./prediction.ts";
import { changedPixels, colour, described, engine, modelName, probability, whole } from "./values.ts";

const original = described(
  v.strictObject({ width: whole, height: whole, resized: v.boolean() }),
  "The size of the image as sent, and whether it was resized to the model's input.",
);

const dataUrl = v.pipe(v.string(), v.regex(/^data:image\/png;base64,/));

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

const settings = described(
  v.union([
    v.strictObject({ ...settingsOfAll, ...deSettings }),
    v.strictObject({ ...settingsOfAll, search: v.literal("corners"), exhaustive: v.boolean() }),
    v.strictObject({ ...settingsOfAll, search: v.picklist(["auto", "sparse-rs", "random"]) }),
  ]),
  "Every option, resolved: sending them again with the same image gives the same bytes.",
);

const reason = v.picklist(reasons);

const stopped = described(
  v.nullable(reason),
  "Why the search ended: `success`; `exhausted`, a corner scan tried every candidate; `converged`, the population of `de` proposes nothing new; `gave-up`, no progress for a long time; `budget`, the queries or generations are used up; `aborted`; `cpu-limit`. Null if there was no search.",
);

const search = described(
  v.nullable(v.picklist(searchKinds)),
  "The search that `auto` or the request selected; the last one if there were several. Null if there was no search.",
);

const certificate = described(
  v.nullable(v.strictObject({ corners: whole, fooling: whole })),
  "After a full corner scan: the number of one-pixel changes to a corner colour, and how many of them fool the " +
    "classifier. It says nothing about other colours. Null if not every corner colour was tried.",
);

const status = v.picklist(["fooled", "survived", "misclassified"]);

export const attackResultSchema = v.strictObject({
  status: described(
    status,
    "`misclassified`: the classifier was wrong before the attack, so there was no search.",
  ),
  model: modelName,
  input: original,
  label: described(v.string(), "The label that is attacked."),
  target: v.nullable(v.string()),
  before: prediction,
  after: described(prediction, "What onnxruntime predicts for the returned image."),
  pixels: described(changedPixels, "The pixels that differ."),
  cost: described(
    v.strictObject({ queries: whole, generations: whole, budget: whole }),
    "The queries spent, the generations of the last search, and the most queries that the settings allow.",
  ),
  settings,
  search,
  stopped,
  certificate,
  tried: v.exactOptional(
    described(
      v.array(
        v.strictObject({
          pixels: whole,
          search: v.picklist(searchKinds),
          queries: whole,
          stopped: reason,
        }),
      ),
      "With pixels=min: every number of pixels that was tried, ascending.",
    ),
  ),
  engine,
  verified: described(
    v.boolean(),
    "Whether onnxruntime confirms that the returned PNG, decoded again, fools the classifier.",
  ),
  image: described(
    dataUrl,
    "The adversarial image, or that of the best candidate if none fooled the classifier.",
  ),
});

const { target: _, maxPixels: __, scanBudget: ___, ...settingsOfTargets } = settingsOfAll;

export const targetsSchema = v.strictObject({
  model: modelName,
  input: original,
  label: described(v.string(), "The label that is attacked."),
  before: prediction,
  targets: described(
    v.array(
      v.strictObject({
        target: v.string(),
        status: v.picklist(["fooled", "survived"]),
        after: described(prediction, "What onnxruntime predicts for the returned image."),
        pixels: described(changedPixels, "The pixels that differ."),
        image: described(
          dataUrl,
          "The image that is classified as the target, or that of the best candidate.",
        ),
        cost: described(
          v.strictObject({ queries: whole }),
          "Queries of the whole request up to the one that reached the target, or to the end of the target's search.",
        ),
        stopped: reason,
        certificate,
        verified: v.boolean(),
      }),
    ),
    "In the order of the model's labels. Empty if the classifier is wrong before any pixel changes.",
  ),
  cost: described(
    v.strictObject({ queries: whole, budget: whole }),
    "Queries spent, and the most that the settings allow for all targets together.",
  ),
  settings: v.union([
    v.strictObject({ ...settingsOfTargets, pixels: whole, ...deSettings }),
    v.strictObject({
      ...settingsOfTargets,
      pixels: whole,
      search: v.picklist(["auto", "corners", "sparse-rs", "random"]),
    }),
  ]),
  search,
  engine,
});

export const progressSchema = v.strictObject({
  queries: whole,
  generation: whole,
  best: described(
    v.strictObject({ pixels: changedPixels, ...prediction.entries }),
    "The candidate with the lowest loss so far.",
  ),
});

export const mapSchema = v.strictObject({
  model: modelName,
  input: original,
  label: described(v.string(), "The label that is attacked."),
  before: prediction,
  width: whole,
  height: whole,
  pixels: described(
    v.array(
      v.strictObject({
        x: whole,
        y: whole,
        margin: described(
          v.number(),
          "The smallest ln(p(label) / p(strongest other)) over the pixel's colours; below 0 if a colour fools the classifier.",
        ),
        fooling: v.array(v.strictObject({ colour, label: v.string(), probability })),
      }),
    ),
    "Row by row. Empty if the classifier is wrong before any pixel changes; incomplete if the map was stopped early.",
  ),
  cost: v.strictObject({ queries: whole, budget: whole }),
  settings: v.strictObject({
    model: v.string(),
    label: v.nullable(v.string()),
    budget: whole,
    engine: v.nullable(engine),
  }),
  stopped,
  certificate,
  engine,
});

const claim = v.union([v.string(), v.number(), v.boolean()]);

export const verificationSchema = v.strictObject({
  model: modelName,
  holds: described(v.boolean(), "Whether every claim holds."),
  status: described(status, "The outcome that the two images show, regardless of the claims."),
  label: v.string(),
  target: v.nullable(v.string()),
  before: prediction,
  after: prediction,
  pixels: described(changedPixels, "The pixels in which the two images differ."),
  claims: v.array(
    v.strictObject({
      claim: described(v.string(), "The path of the field in an attack's response, such as `after.label`."),
      claimed: claim,
      found: claim,
      holds: v.boolean(),
    }),
  ),
  unchecked: described(v.array(v.string()), "Claims that were sent but that two queries cannot check."),
  cost: v.strictObject({ queries: v.literal(2) }),
});

export const classificationSchema = v.strictObject({
  model: modelName,
  input: original,
  label: v.string(),
  probability,
  probabilities: described(
    ranked,
    "Highest first; of a model with more than 100 labels the first five, unless the request asks for all.",
  ),
});
