import * as v from "valibot";
import { sourceOptions } from "./options.ts";

export const classifySchema = v.strictObject(sourceOptions);
