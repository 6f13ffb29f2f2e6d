/** The response of `POST /v1/map`. */
import * as v from "valibot";
import { prediction } from "../prediction.ts";
import { colour, described, engine, modelName, probability, whole } from "../values.ts";
import { certificate, original, stopped } from "./parts.ts";

const margin = described(
  v.number(),
  "The smallest ln(p(label) / p(strongest other)) over the changes that were tried; below 0 if one fools the classifier.",
);

const foolingColour = { colour, label: v.string(), probability };

export const blockSchema = v.strictObject({
  x: whole,
  y: whole,
  width: whole,
  height: whole,
  tried: described(whole, "How many of the block's changes were tried. Nothing is known of the others."),
  changes: described(whole, "How many there are: every pixel in every corner colour."),
  margin,
  fooling: described(
    v.array(v.strictObject({ x: whole, y: whole, ...foolingColour })),
    "Those that fool the classifier. Empty if none was found among those tried.",
  ),
});

export const mapSettings = v.strictObject({
  model: v.string(),
  label: v.nullable(v.string()),
  budget: whole,
  engine: v.nullable(engine),
  seed: v.exactOptional(described(whole, "Of a sampled map.")),
  space: v.exactOptional(v.literal("source")),
  probabilities: v.exactOptional(v.literal("all")),
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
        margin,
        fooling: v.array(v.strictObject(foolingColour)),
      }),
    ),
    "The pixels whose every colour was tried, row by row. Empty if the classifier is wrong before any pixel changes; incomplete if the map is sampled or was stopped early.",
  ),
  blocks: v.exactOptional(
    described(
      v.array(blockSchema),
      "Of a sampled map: every change that was tried is in exactly one block. Of what no block covers, nothing was tried.",
    ),
  ),
  cost: v.strictObject({ queries: whole, budget: whole }),
  settings: mapSettings,
  stopped,
  certificate,
  engine,
});
