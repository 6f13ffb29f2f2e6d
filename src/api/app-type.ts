/**
 * The routes of the service as the type of a Hono application, for Hono's client. Types only: this file has
 * no code at run time.
 */
import type { Hono } from "hono";
import type * as v from "valibot";
import type { auditSchema as auditOptionsSchema, badgeSchema } from "./audit.ts";
import type {
  auditOutcomesSchema,
  auditReportSchema,
  auditSchema,
  badgeEndpointSchema,
} from "./audit-results.ts";
import type {
  AttackOptions,
  AttackResult,
  Classification,
  ClassifyOptions,
  Estimate,
  Health,
  MapOptions,
  MapResult,
  ModelDetails,
  ModelList,
  Problem,
  SampleAttackOptions,
  SampleList,
  TargetsOptions,
  TargetsResult,
  Verification,
  VerifyOptions,
} from "./types.ts";

/** The statuses of problems: every route may send one of them instead of its result. */
export type ProblemStatus = 400 | 401 | 404 | 405 | 406 | 408 | 413 | 415 | 422 | 429 | 500 | 503;

type Problems<Input> = { input: Input; output: Problem; outputFormat: "json"; status: ProblemStatus };

/** A route that sends JSON; the status shows whether it is a result or a problem. */
type Json<Input, Result, Status extends 200 | 202 = 200> =
  | { input: Input; output: Result; outputFormat: "json"; status: Status }
  | Problems<Input>;

/** A route that sends an image, a page or another file. */
type File<Input, Status extends 200 | 204 = 200> =
  | { input: Input; output: object; outputFormat: "body"; status: Status }
  | Problems<Input>;

/** An image, as base64 or a data URL. A sample of the service can be used instead. */
type WithImage<Options> = { json: Options & { image?: string } };

/** Options in a query string: a range is `0.5,1`, and null options are omitted. */
type Query<Options> = {
  query: {
    [Name in keyof Options]:
      | Exclude<Options[Name], null | readonly unknown[]>
      | (Extract<Options[Name], readonly unknown[]> extends never ? never : `${number},${number}`);
  };
};

type Param<Name extends string> = { param: Record<Name, string> };
type WithToken<Input = unknown> = Input & { header: { authorization: `Bearer ${string}` } };

type Audit = v.InferOutput<typeof auditSchema>;
type Report = v.InferOutput<typeof auditReportSchema>;
type BadgeOptions = Partial<Query<v.InferInput<typeof badgeSchema>>>;

/** The routes by path and method. `src/worker/client.test.ts` compares them with those of the service. */
export type Routes = {
  "/v1/attack": {
    $post: Json<WithImage<AttackOptions>, AttackResult>;
    $get: Json<Query<SampleAttackOptions>, AttackResult>;
  };
  "/v1/targets": { $post: Json<WithImage<TargetsOptions>, TargetsResult> };
  "/v1/map": { $post: Json<WithImage<MapOptions>, MapResult> };
  "/v1/attack/estimate": { $post: Json<WithImage<AttackOptions>, Estimate> };
  "/v1/targets/estimate": { $post: Json<WithImage<TargetsOptions>, Estimate> };
  "/v1/map/estimate": { $post: Json<WithImage<MapOptions>, Estimate> };
  "/v1/verify": { $post: Json<WithImage<VerifyOptions>, Verification> };
  "/v1/classify": { $post: Json<WithImage<ClassifyOptions>, Classification> };
  "/v1/models": { $get: Json<object, ModelList> };
  "/v1/models/:model": { $get: Json<Param<"model">, ModelDetails> };
  "/v1/models/:model/badge.svg": { $get: File<Param<"model"> & BadgeOptions> };
  "/v1/models/:model/badge.json": {
    $get: Json<Param<"model"> & BadgeOptions, v.InferOutput<typeof badgeEndpointSchema>>;
  };
  "/v1/models/:model/audit": {
    $get: Json<Param<"model">, Report>;
    $delete: File<WithToken<Param<"model">>, 204>;
  };
  "/models/:model": { $get: File<Param<"model">> };
  "/v1/samples": { $get: Json<object, SampleList> };
  "/v1/samples/:sample": { $get: File<Param<"sample">> };
  "/v1/audits": { $post: Json<WithToken<{ json: v.InferInput<typeof auditOptionsSchema> }>, Audit, 202> };
  "/v1/audits/:audit": {
    $get: Json<WithToken<Param<"audit">>, Audit>;
    $delete: Json<WithToken<Param<"audit">>, Audit>;
  };
  "/v1/audits/:audit/results.csv": { $get: File<WithToken<Param<"audit">>> };
  "/v1/audits/:audit/results.json": {
    $get: Json<WithToken<Param<"audit">>, v.InferOutput<typeof auditOutcomesSchema>>;
  };
  "/healthz": { $get: Json<object, Health> };
};

/** The service as the type of a Hono application, which Hono's client takes. */
// biome-ignore lint/complexity/noBannedTypes: Hono's own type of an application without bindings and variables.
export type AppType = Hono<{}, Routes, "/">;
