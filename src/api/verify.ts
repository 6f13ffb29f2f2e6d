import * as v from "valibot";
import { spaces } from "../core/attack/options/settings.ts";
import { named } from "./options.ts";

const text = v.string("must be a string");
const predictionMessage =
  'must be a label, or { "label": …, "probability": … } as in the response of an attack';
const pixelsMessage = 'must be a list of { "x": …, "y": …, "from": "#rrggbb", "to": "#rrggbb" }';
const settingsMessage = "must be an attack's settings";

const prediction = v.union(
  [
    v.string(predictionMessage),
    v.looseObject({ label: v.string(), probability: v.exactOptional(v.number()) }, predictionMessage),
  ],
  predictionMessage,
);

const place = v.pipe(v.number(pixelsMessage), v.integer(pixelsMessage), v.minValue(0, pixelsMessage));
const colour = v.pipe(v.string(pixelsMessage), v.regex(/^#[0-9a-f]{6}$/, pixelsMessage));
const pixels = v.array(
  v.strictObject({ x: place, y: place, from: v.exactOptional(colour), to: colour }, pixelsMessage),
  pixelsMessage,
);

/** Allowed because attack responses contain it; ignored, because two queries cannot check it. */
const unchecked = v.optional(v.unknown());

/**
 * The claims that `POST /v1/verify` checks: an attack's complete response, or a part of it.
 *
 * @example
 * ```ts
 * const claims = v.parse(verifySchema, { sample: "cat-3", pixels: [{ x: 9, y: 11, to: "#ffffff" }], before: "cat", after: "dog" });
 * ```
 */
export const verifySchema = v.strictObject({
  original: named(
    text,
    "The unchanged image as base64 or a data URL. Default: the adversarial image with each changed pixel reset to its `from`.",
  ),
  sample: named(text, "The name of a shipped image, see /v1/samples, instead of `original`."),
  pixels: named(
    pixels,
    "The pixels that differ. Required without `image`, or without `original` (then each needs `from`).",
  ),
  model: named(
    v.union(
      [text, v.looseObject({ id: text, sha256: v.exactOptional(text) })],
      "must be a model's id, or its id and sha256",
    ),
    "The classifier's id, or its id and the SHA-256 of its ONNX file. Default: the default model.",
  ),
  before: named(prediction, "The claimed prediction for the original image. Required."),
  after: named(prediction, "The claimed prediction for the adversarial image. Required."),
  label: named(v.nullable(text), "The label that was attacked. Default: the label of `before`."),
  target: named(v.nullable(text), "The target label of the attack."),
  status: named(
    v.picklist(["fooled", "survived", "misclassified"], "must be one of fooled, survived, misclassified"),
    "The attack's claimed outcome.",
  ),
  verified: named(v.boolean("must be true or false"), "Whether the image is claimed to fool the classifier."),
  settings: named(
    v.looseObject(
      {
        pixels: v.exactOptional(v.union([v.number(), v.literal("min")])),
        maxPixels: v.exactOptional(v.number()),
        space: v.exactOptional(v.picklist(spaces)),
      },
      settingsMessage,
    ),
    "The attack's settings; at most `pixels` pixels may differ.",
  ),
  input: unchecked,
  cost: unchecked,
  search: unchecked,
  stopped: unchecked,
  certificate: unchecked,
  engine: unchecked,
  tried: unchecked,
});
