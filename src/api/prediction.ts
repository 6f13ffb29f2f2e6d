import * as v from "valibot";
import { described, probability } from "./values.ts";

/** Labels with their probabilities. */
export const ranked = v.array(v.strictObject({ label: v.string(), probability }));

/** What a classifier predicts for one image. */
export const prediction = v.strictObject({
  label: v.string(),
  probability,
  probabilities: v.exactOptional(
    described(v.array(probability), "One for each label, in the order of the model's labels."),
  ),
  top: v.exactOptional(
    described(
      ranked,
      "Instead of `probabilities` if the model has more than 100 labels: the five most probable ones, the attacked one and the target, highest first.",
    ),
  ),
});
