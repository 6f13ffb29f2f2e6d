import * as v from "valibot";
import { spaces } from "../core/attack/options/settings.ts";
import { attackOptions, named, numeric, oneOf, sourceOptions } from "./options.ts";

const { label, engine, seed, probabilities } = attackOptions;

const budget = named(
  numeric("budget"),
  "The most queries. With fewer than there are changes, 8 for each pixel (2 for grey), the map is sampled. Default: all changes, lowered if needed to fit the work limit of one request.",
);

const space = named(
  oneOf(spaces),
  "Whose pixels are mapped: those of the classifier's `input`, to which the image is resized first, or those of the image itself (`source`). Default: input.",
);

/**
 * The options of a map (`POST /v1/map`).
 *
 * @example
 * ```ts
 * const options = v.parse(mapSchema, { sample: "cat-3", engine: "incremental" });
 * ```
 */
export const mapSchema = v.strictObject({
  ...sourceOptions,
  label,
  budget,
  seed,
  engine,
  space,
  probabilities,
});
