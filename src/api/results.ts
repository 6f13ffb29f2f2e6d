/**
 * The responses of the routes that query a classifier; the API's description is generated from these, and
 * tests check responses against them.
 */
import * as v from "valibot";
import { searchKinds } from "../core/kernel/search-settings.ts";
import { prediction, ranked } from "./prediction.ts";
import { blockSchema } from "./results/map.ts";
import {
  certificate,
  original,
  reason,
  search,
  settings,
  settingsOfTargets,
  stopped,
} from "./results/parts.ts";
import { changedPixels, described, engine, modelName, probability, whole } from "./values.ts";

export { estimateSchema } from "./results/estimate.ts";
export { mapSchema } from "./results/map.ts";

const dataUrl = v.pipe(v.string(), v.regex(/^data:image\/png;base64,/));

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
  settings: settingsOfTargets,
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
  blocks: v.exactOptional(
    described(
      v.array(blockSchema),
      "Of a sampled map: the blocks that are new or changed since the event before. Smaller blocks replace the larger one that they lie in.",
    ),
  ),
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
