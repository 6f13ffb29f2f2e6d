import * as v from "valibot";

/** Of a route that has no options. */
export const noneSchema = v.strictObject({});
