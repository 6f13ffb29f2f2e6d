import * as v from "valibot";
import { attackOptions, sourceOptions } from "./options.ts";

const { label, budget, engine } = attackOptions;

/** The options of a map. */
export const mapSchema = v.strictObject({ ...sourceOptions, label, budget, engine });
