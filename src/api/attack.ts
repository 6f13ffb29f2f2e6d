import * as v from "valibot";
import { attackOptions, sourceOptions } from "./options.ts";

/** The options of an attack on an image that is sent along, or on a sample. */
export const attackSchema = v.strictObject({ ...sourceOptions, ...attackOptions });

/** The options of an attack without a body: the sample is required. */
export const sampleAttackSchema = v.strictObject({
  ...sourceOptions,
  sample: v.pipe(
    v.string("must name a shipped image, see /v1/samples"),
    v.examples(["cat-3"]),
    v.description("The name of a shipped image, see /v1/samples."),
  ),
  ...attackOptions,
});
