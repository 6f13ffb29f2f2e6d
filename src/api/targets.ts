import * as v from "valibot";
import { attackOptions, named, numeric, sourceOptions } from "./options.ts";

const {
  pixels: _,
  maxPixels: __,
  scanBudget: ___,
  target: ____,
  exhaustive: _____,
  ...options
} = attackOptions;

/**
 * The options of attacks at every other label (`POST /v1/targets`).
 *
 * @example
 * ```ts
 * const options = v.parse(targetsSchema, { sample: "cat-3", pixels: 1 });
 * ```
 */
export const targetsSchema = v.strictObject({
  ...sourceOptions,
  pixels: named(
    numeric("pixels"),
    "k, the number of pixels that may change; at most the number of pixels in the image. Default: 1.",
  ),
  ...options,
  budget: named(numeric("budget"), "The most queries to spend on each target. Default: set by the preset."),
});
