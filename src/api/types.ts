/** The types of requests and responses, inferred from their schemas. */
import type * as v from "valibot";
import type { attackSchema, sampleAttackSchema } from "./attack.ts";
import type { mapSchema } from "./map.ts";
import type { classifySchema } from "./options.ts";
import type {
  attackResultSchema,
  classificationSchema,
  estimateSchema,
  mapSchema as mapResultSchema,
  progressSchema,
  targetsSchema as targetsResultSchema,
  verificationSchema,
} from "./results.ts";
import type {
  healthSchema,
  modelDetailsSchema,
  modelSchema,
  modelsSchema,
  problemSchema,
  samplesSchema,
} from "./service.ts";
import type { targetsSchema } from "./targets.ts";
import type { verifySchema } from "./verify.ts";

/** The options of `POST /v1/attack`. */
export type AttackOptions = v.InferInput<typeof attackSchema>;
/** The options of `GET /v1/attack`: those of an attack, with the name of a sample. */
export type SampleAttackOptions = v.InferInput<typeof sampleAttackSchema>;
/** The options of `POST /v1/targets`. */
export type TargetsOptions = v.InferInput<typeof targetsSchema>;
/** The options of `POST /v1/map`. */
export type MapOptions = v.InferInput<typeof mapSchema>;
/** The options of `POST /v1/classify`. */
export type ClassifyOptions = v.InferInput<typeof classifySchema>;
/** The claims that `POST /v1/verify` checks. */
export type VerifyOptions = v.InferInput<typeof verifySchema>;

/** The response of `/v1/attack`. */
export type AttackResult = v.InferOutput<typeof attackResultSchema>;
/** The response of `POST /v1/targets`. */
export type TargetsResult = v.InferOutput<typeof targetsResultSchema>;
/** The response of `POST /v1/map`. */
export type MapResult = v.InferOutput<typeof mapResultSchema>;
/** The response of `POST /v1/attack/estimate`, `/v1/targets/estimate` and `/v1/map/estimate`. */
export type Estimate = v.InferOutput<typeof estimateSchema>;
/** The response of `POST /v1/classify`: every label with its probability, highest first. */
export type Classification = v.InferOutput<typeof classificationSchema>;
/** The response of `POST /v1/verify`. */
export type Verification = v.InferOutput<typeof verificationSchema>;
/** An event `progress` of a stream. */
export type Progress = v.InferOutput<typeof progressSchema>;

/** What the classifier predicts for an image. Probabilities are from 0 to 1, one for each label, in the order of the model's labels. */
export type Prediction = AttackResult["before"];
/** A pixel that differs between two images; colours as `#rrggbb`. */
export type ChangedPixel = AttackResult["pixels"][number];
/** One entry of the response of `POST /v1/targets`. */
export type TargetResult = TargetsResult["targets"][number];
/** One pixel of a map. */
export type MapPixel = MapResult["pixels"][number];
/** One block of a sampled map. */
export type MapBlock = NonNullable<MapResult["blocks"]>[number];
/** A colour that fools the classifier at one pixel. */
export type FoolingColour = MapPixel["fooling"][number];

/** A model of the service. */
export type Model = v.InferOutput<typeof modelSchema>;
/** The response of `GET /v1/models`. */
export type ModelList = v.InferOutput<typeof modelsSchema>;
/** The response of `GET /v1/models/{model}`. */
export type ModelDetails = v.InferOutput<typeof modelDetailsSchema>;
/** The response of `GET /v1/samples`. */
export type SampleList = v.InferOutput<typeof samplesSchema>;
/** An image that is shipped with the service. */
export type Sample = SampleList["samples"][number];
/** The response of `GET /healthz`. */
export type Health = v.InferOutput<typeof healthSchema>;
/** The body of every error response (RFC 9457). */
export type Problem = v.InferOutput<typeof problemSchema>;
