/** `onepixel/api`: the valibot schemas of the HTTP API's requests and results. */
export { attackSchema, sampleAttackSchema } from "./attack.ts";
export { auditSchema } from "./audit.ts";
export { classifySchema } from "./classify.ts";
export { mapSchema } from "./map.ts";
export * as results from "./results.ts";
export { targetsSchema } from "./targets.ts";
export { verifySchema } from "./verify.ts";
