import * as v from "valibot";
import { MAX_ROWS } from "../core/audit/define.ts";
import { attackOptions, named, numberOfPixels, oneOf, sourceOptions } from "./options.ts";

/** The maximum number of images that can be sent with an audit. */
export const MAX_UPLOADED = 500;

/** No evaluation set has more images. */
const MAX_COUNT = 1_000_000;

const { pixels: _, target: __, label: ___, space: ____, probabilities: _____, ...options } = attackOptions;

const flag = v.boolean("must be true or false");

const wholeNumber = (low: number, high: number, what: string) => {
  const message = `must have ${what} from ${low} to ${high}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(low, message), v.maxValue(high, message));
};

const imagesMessage =
  'must be { "set": the id of an evaluation set, "count": …, "seed": … }, or a list of { "image": base64, "label": … }';

const evaluationSet = v.strictObject(
  {
    set: v.pipe(v.string(imagesMessage), v.examples(["cifar10-test"])),
    count: v.optional(wholeNumber(1, MAX_COUNT, "a whole number count")),
    seed: v.optional(v.nullable(wholeNumber(0, 2 ** 32 - 1, "a whole number seed")), null),
  },
  imagesMessage,
);

const uploaded = v.pipe(
  v.array(v.strictObject({ image: v.string(imagesMessage), label: v.string(imagesMessage) }, imagesMessage)),
  v.minLength(1, `must hold 1 to ${MAX_UPLOADED} images`),
  v.maxLength(MAX_UPLOADED, `must hold 1 to ${MAX_UPLOADED} images`),
);

const pixelsMessage = `must be a whole number from 1 to 1024, min, or a list of 1 to ${MAX_ROWS} of them`;
const pixelsList = v.pipe(
  v.array(numberOfPixels),
  v.minLength(1, pixelsMessage),
  v.maxLength(MAX_ROWS, pixelsMessage),
);

/**
 * The options of an audit (`POST /v1/audits`).
 *
 * @example
 * ```ts
 * const options = v.parse(auditSchema, { images: { set: "cifar10-test", count: 100 }, pixels: [1, 3] });
 * ```
 */
export const auditSchema = v.strictObject({
  model: sourceOptions.model,
  images: named(
    v.union([evaluationSet, uploaded], (issue) => issue.issues?.[0]?.message ?? imagesMessage),
    "The first `count` evaluation images, or with a `seed` a sample of them; or up to 500 images with labels.",
  ),
  pixels: named(
    v.union([numberOfPixels, pixelsList], pixelsMessage),
    "The numbers of pixels, or min; each is a row of the report. Default: 1, 3 and 5.",
  ),
  targeted: named(flag, "Attack every image at every other label, instead of away from its own."),
  publish: named(flag, "Make the report the evidence behind the model's badge (evaluation images only)."),
  ...options,
});

/** The options of a badge. */
export const badgeSchema = v.strictObject({
  pixels: named(numberOfPixels, "The number of pixels, or min. Default: the report's first."),
  style: named(oneOf(["flat", "flat-square"]), "The badge's style."),
  label: named(
    v.pipe(v.string("must be a string"), v.maxLength(64, "must be at most 64 characters long")),
    "The text on the left side of the badge.",
  ),
});
