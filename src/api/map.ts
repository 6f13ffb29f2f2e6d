import * as v from "valibot";
import { attackOptions, sourceOptions } from "./options.ts";

const { label, budget, engine, probabilities } = attackOptions;

/**
 * The options of a map (`POST /v1/map`).
 *
 * @example
 * ```ts
 * const options = v.parse(mapSchema, { sample: "cat-3", engine: "incremental" });
 * ```
 */
export const mapSchema = v.strictObject({ ...sourceOptions, label, budget, engine, probabilities });
