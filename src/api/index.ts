/** `onepixel/api`: the HTTP API as valibot schemas and types, and a client of it. */
export type { AppType, ProblemStatus } from "./app-type.ts";
export { attackSchema, sampleAttackSchema } from "./attack.ts";
export { auditSchema } from "./audit.ts";
export { type ApiClient, createClient } from "./client.ts";
export { mapSchema } from "./map.ts";
export { classifySchema } from "./options.ts";
export * as results from "./results.ts";
export { targetsSchema } from "./targets.ts";
export type {
  AttackOptions,
  AttackResult,
  ChangedPixel,
  Classification,
  ClassifyOptions,
  Estimate,
  FoolingColour,
  Health,
  MapBlock,
  MapOptions,
  MapPixel,
  MapResult,
  Model,
  ModelDetails,
  ModelList,
  Prediction,
  Problem,
  Progress,
  Sample,
  SampleAttackOptions,
  SampleList,
  TargetResult,
  TargetsOptions,
  TargetsResult,
  Verification,
  VerifyOptions,
} from "./types.ts";
export { verifySchema } from "./verify.ts";
