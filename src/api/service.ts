/** The service's own resources: its models, samples, health and problems. */
import * as v from "valibot";
import { manifestSchema } from "../core/model/manifest.ts";
import { described, engine, modelName, sha256 } from "./values.ts";

export const modelSchema = v.strictObject({
  ...manifestSchema.entries,
  sha256,
  bytes: described(v.nullable(v.number()), "The size of model.onnx; null for a model behind a URL."),
  multiplyAdds: described(
    v.number(),
    "The multiply-adds of a whole forward pass, of which an incremental query makes a part; an estimate where the kernel does not compile the model, 0 for a model behind a URL.",
  ),
  engine,
});

export const modelDetailsSchema = v.strictObject({
  ...modelSchema.entries,
  engineReason: described(
    v.nullable(v.string()),
    "Why the engine is not the incremental one; null if it is.",
  ),
});

export const modelsSchema = v.strictObject({
  default: described(v.string(), "The model of requests that name none."),
  models: v.array(modelSchema),
});

export const samplesSchema = v.strictObject({
  samples: v.array(
    v.strictObject({
      name: v.string(),
      label: v.string(),
      set: described(v.string(), "The set of the sample; a model names its set in `samples`."),
      title: v.exactOptional(described(v.string(), "What the image shows.")),
      author: v.exactOptional(v.string()),
      licence: v.string(),
      licenceUrl: v.exactOptional(v.string()),
      source: v.string(),
      sha256,
      url: v.string(),
    }),
  ),
});

export const healthSchema = v.strictObject({
  status: v.literal("ok"),
  version: v.string(),
  models: v.array(modelName),
});

/** RFC 9457. */
export const problemSchema = v.strictObject({
  type: described(
    v.string(),
    "A URI reference that identifies the kind of problem and links to its description.",
  ),
  title: v.string(),
  status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
  detail: described(v.string(), "What happened, why, and what to do."),
  field: v.exactOptional(
    described(v.string(), "The option, header or part of the body that caused the problem."),
  ),
});
