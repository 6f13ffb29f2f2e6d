import * as v from "valibot";
import { proofRanges } from "../../core/proof/settings.ts";
import { attackOptions, named } from "../options.ts";

function whole(min: number, max = Number.MAX_SAFE_INTEGER) {
  const message =
    max === Number.MAX_SAFE_INTEGER
      ? `must be a whole number, at least ${min}`
      : `must be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}

const { boxes, budget } = proofRanges;

/** The options of a proof. */
export const proveOptions = {
  label: attackOptions.label,
  target: named(
    v.nullable(v.string("must be a string")),
    "The label to keep the classifier from. If omitted or null, every label but the image's own.",
  ),
  boxes: named(whole(boxes.min, boxes.max), "The most boxes of colours to bound. Default: 100,000."),
  budget: named(whole(budget.min, budget.max), "The most queries. Default: 1,000,000."),
  first: named(whole(0), "The first pixel to decide, y × width + x. Default: 0."),
  end: named(whole(1), "The pixel after the last one to decide. Default: the number of pixels."),
};
