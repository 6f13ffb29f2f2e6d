/**
 * What `models/<id>/manifest.json` says about a classifier, and how it is checked.
 * A message names the field and its allowed values.
 */

import * as v from "valibot";
import { id, integer, labels, object, oneOf, readManifest, text } from "./field-checks.ts";

export { ManifestError } from "./field-checks.ts";

/** The longest side of an image that the kernel takes, in pixels. */
const MAX_SIDE = 1024;

const finite = v.pipe(v.number("must be a number"), v.finite("must be a finite number"));

const positiveMessage = "must be a finite number above 0";
const positive = v.pipe(v.number(positiveMessage), v.finite(positiveMessage), v.gtValue(0, positiveMessage));

const input = v.pipe(
  object({
    width: integer(1, MAX_SIDE),
    height: integer(1, MAX_SIDE),
    channels: oneOf([1, 3]),
    layout: oneOf(["NCHW", "NHWC"]),
    scale: positive,
    mean: v.array(finite, "must be a list of numbers, one for each channel"),
    std: v.array(positive, "must be a list of numbers above 0, one for each channel"),
  }),
  v.forward(
    v.check(({ mean, channels }) => mean.length === channels, "must hold one number for each channel"),
    ["mean"],
  ),
  v.forward(
    v.check(({ std, channels }) => std.length === channels, "must hold one number for each channel"),
    ["std"],
  ),
);

/**
 * A classifier's manifest. Tensor value of a byte: (byte × scale − mean[channel]) / std[channel].
 * `tensors` is required only if the ONNX graph has several inputs or outputs. `samples` and `evaluation` name folders
 * of `models/samples/` and `models/evaluation/`.
 */
export const manifestSchema = object({
  id,
  title: text(100),
  default: v.exactOptional(v.literal(true, "must be true, or omitted")),
  labels,
  input,
  output: oneOf(["probabilities", "logits"]),
  tensors: v.exactOptional(object({ input: v.exactOptional(text(200)), output: v.exactOptional(text(200)) })),
  samples: v.exactOptional(text(64)),
  evaluation: v.exactOptional(text(64)),
  testAccuracy: v.exactOptional(
    object({
      value: v.pipe(
        v.number("must be a number from 0 to 1"),
        v.minValue(0, "must be a number from 0 to 1"),
        v.maxValue(1, "must be a number from 0 to 1"),
      ),
      n: integer(1, Number.MAX_SAFE_INTEGER),
      dataset: text(200),
    }),
  ),
  training: v.exactOptional(
    object({
      data: text(500),
      command: v.exactOptional(text(500)),
      epochs: v.exactOptional(integer(1, Number.MAX_SAFE_INTEGER)),
      seed: v.exactOptional(integer(0, Number.MAX_SAFE_INTEGER)),
    }),
  ),
  licence: v.exactOptional(text(100)),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;
export type InputFormat = Manifest["input"];

/**
 * Reads a classifier's manifest.
 * @param json the file's text
 * @param file the file's name in messages
 * @param folder the name of its folder, which must be the model's id
 * @throws ManifestError naming file, field and the field's allowed values
 */
export const parseManifest = (json: string, file: string, folder: string): Manifest =>
  readManifest(manifestSchema, json, file, folder);
