import * as v from "valibot";
import { attackOptions, sourceOptions } from "./options.ts";

/**
 * The options of an attack on an image in the request, or on a sample (`POST /v1/attack`).
 *
 * @example
 * ```ts
 * const options = v.parse(attackSchema, { sample: "cat-3", pixels: 1, seed: 1 });
 * ```
 */
export const attackSchema = v.strictObject({ ...sourceOptions, ...attackOptions });

/**
 * The options of an attack without a body: the sample is required (`GET /v1/attack`).
 *
 * @example
 * ```ts
 * const { issues } = v.safeParse(sampleAttackSchema, { pixels: 1 });
 * console.log(issues?.[0].message); // the sample is missing
 * ```
 */
export const sampleAttackSchema = v.strictObject({
  ...sourceOptions,
  sample: v.pipe(
    v.string("must be the name of a shipped image, see /v1/samples"),
    v.examples(["cat-3"]),
    v.description("The name of a shipped image, see /v1/samples."),
  ),
  ...attackOptions,
});
