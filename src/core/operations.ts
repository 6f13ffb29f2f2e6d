/** The operations on a model and an image; each result is the object that the HTTP API sends. */

import type { AttackContext } from "./attack/context.ts";
import { cornerCount } from "./attack/corners.ts";
import { type MapInput, type MapSettings, MOST_MAPPED, resolveMap } from "./attack/map/settings.ts";
import { mapPixels } from "./attack/map.ts";
import { boundsOf, DEFAULT_WORK, fitOptions } from "./attack/options/fit.ts";
import { type AttackInput, ranges, resolveOptions } from "./attack/options/options.ts";
import type { Space } from "./attack/options/settings.ts";
import { type Priced, workOfAttack, workOfMap, workOfTargets } from "./attack/options/work.ts";
import { attack as attackImage } from "./attack/run.ts";
import type { Progress } from "./attack/search.ts";
import { attackTargets } from "./attack/targets.ts";
import { useEnvironment } from "./environment.ts";
import { OnepixelError } from "./errors.ts";
import { decodeImage } from "./image/decode.ts";
import type { Raster } from "./image/raster.ts";
import { type Input, inputOf } from "./input.ts";
import type { Model } from "./load-model.ts";
import type { Classifier } from "./model/classifier.ts";
import { defaultOracle } from "./oracle/default-oracle.ts";
import {
  presentAttack,
  presentClassification,
  presentMap,
  presentProgress,
  presentTargets,
} from "./present.ts";
import type { PredictionDetail } from "./present-prediction.ts";

/** An image: the bytes of a PNG, JPEG or WebP file, or decoded pixels. It is stretched to the model's size. */
export type Image = Uint8Array | Raster;

/** The options of an attack, as in the HTTP API, with the same defaults. */
export type AttackOptions = AttackInput;

/** The options of a map. */
export type MapOptions = MapInput;

/** The options of a classification. */
export type ClassifyOptions = Pick<AttackInput, "probabilities">;

/**
 * The options of attacks at every label: those of an attack except `target`, `exhaustive` and
 * `pixels: "min"`.
 */
export type TargetsOptions = Omit<
  AttackOptions,
  "pixels" | "maxPixels" | "scanBudget" | "target" | "exhaustive"
> & {
  readonly pixels?: number | undefined;
};

/** The result of {@link attack}: the response of `POST /v1/attack`. */
export type AttackResult = ReturnType<typeof presentAttack>;
/** The result of {@link map}: the response of `POST /v1/map`. */
export type MapResult = ReturnType<typeof presentMap>;
/** The result of {@link targets}: the response of `POST /v1/targets`. */
export type TargetsResult = ReturnType<typeof presentTargets>;
/** The result of {@link classify}: the response of `POST /v1/classify`. */
export type Classification = ReturnType<typeof presentClassification>;
/** The progress of a run: an event `progress` of the HTTP API. */
export type ProgressEvent = ReturnType<typeof presentProgress>;

/** Options to observe and stop a run. */
export interface RunOptions {
  /** Aborting it ends the run with the best result so far; `stopped` is then `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Called about every 64 queries; the run waits for what it returns. */
  readonly onProgress?: ((progress: ProgressEvent) => void | Promise<void>) | undefined;
}

const MOST_QUERIES = ranges.budget.max;

/** The pixels of an image, decoded if it was given as a file's bytes. @throws OnepixelError `invalid-image` */
export async function imageOf(image: Image): Promise<Raster> {
  useEnvironment();
  if (image instanceof Uint8Array) return decodeImage(image);
  const { width, height, channels, data } = image;
  if (data.length === width * height * channels) return image;
  throw new OnepixelError(
    "invalid-image",
    `The image has ${data.length} samples, but ${width}×${height} pixels of ${channels} channels have ${width * height * channels}.`,
    { field: "image" },
  );
}

async function inputFor(model: Model, image: Image, space?: Space): Promise<Input> {
  return inputOf(model as Classifier, await imageOf(image), space);
}

async function pricedFor(model: Model, { image }: Input, engine: AttackOptions["engine"]): Promise<Priced> {
  const classifier = model as Classifier;
  const fastest = async () => (await defaultOracle(classifier, useEnvironment().kernel)).engine;
  return { classifier, image, engine: engine ?? (await fastest()) };
}

function contextOf(
  input: Input,
  { signal, onProgress }: RunOptions,
  detail: PredictionDetail | undefined,
): AttackContext {
  const { kernel, pause } = useEnvironment();
  return {
    classifier: input.classifier,
    kernelModule: kernel,
    image: input.image,
    signal,
    onProgress: onProgress && ((progress: Progress) => onProgress(presentProgress(progress, input, detail))),
    pause,
  };
}

/**
 * Searches for a change of k pixels that fools the model.
 * @returns the response of `POST /v1/attack`: `status`, the labels and probabilities `before` and `after`, the changed
 * `pixels`, the returned `image` as a PNG data URL, `cost` in queries, and the `settings` that reproduce it
 * @throws OnepixelError `invalid-option` naming the option, `invalid-image`, `unsupported-image`
 * @see Su, Vargas and Sakurai, arXiv 1710.08864; docs/search.md has the source of each search
 *
 * @example
 * ```ts
 * const result = await attack(model, image, { label: "cat", pixels: 1, seed: 1 });
 * console.log(result.status, result.after.label, result.pixels);
 * ```
 */
export async function attack(
  model: Model,
  image: Image,
  options: AttackOptions = {},
  run: RunOptions = {},
): Promise<AttackResult> {
  const input = await inputFor(model, image, options.space);
  const priced = await pricedFor(model, input, options.engine);
  const bounds = boundsOf(priced.classifier, MOST_QUERIES, input.image);
  // Only default budgets are lowered: an explicit budget on the user's own machine is kept.
  const settings =
    options.budget === undefined
      ? fitOptions(options, bounds, { maxWork: DEFAULT_WORK, workOf: (each) => workOfAttack(priced, each) })
      : resolveOptions(options, bounds);
  return presentAttack(
    await attackImage({ ...contextOf(input, run, settings.probabilities), settings }),
    input,
  );
}

/**
 * Changes every pixel to each corner of the colour cube (8 colours; 2 for grey), and reports which changes
 * fool the model. With a `budget` below the number of changes, the default for large images, it tries a sample of them,
 * coarse to fine, and reports on blocks of pixels.
 * @returns the response of `POST /v1/map`; `margin` is log p(label) − max log p(other), below 0 if a colour
 * fools the model. Its certificate covers only corner colours; a sampled map has none
 * @throws OnepixelError as {@link attack}
 *
 * @example
 * ```ts
 * const { pixels } = await map(model, image);
 * console.log(pixels.filter(({ fooling }) => fooling.length > 0).length);
 * ```
 */
export async function map(
  model: Model,
  image: Image,
  options: MapOptions = {},
  run: RunOptions = {},
): Promise<MapResult> {
  const input = await inputFor(model, image, options.space);
  const priced = await pricedFor(model, input, options.engine);
  const bounds = boundsOf(priced.classifier, MOST_QUERIES, input.image);
  // As for an attack; but the whole map of a small image is made on the user's own machine whatever it costs.
  const isLowered = options.budget === undefined && cornerCount(input.image) > MOST_MAPPED;
  const limit = { maxWork: DEFAULT_WORK, workOf: (each: MapSettings) => workOfMap(priced, each) };
  const settings = resolveMap(options, bounds, isLowered ? limit : undefined);
  return presentMap(await mapPixels({ ...contextOf(input, run, settings.probabilities), settings }), input);
}

/**
 * Attacks towards every label except the image's own.
 * @returns the response of `POST /v1/targets`: one entry for each label, with its image
 * @throws OnepixelError as {@link attack}
 *
 * @example
 * ```ts
 * const { targets: found } = await targets(model, image, { label: "cat" });
 * console.log(found.filter(({ status }) => status === "fooled").map(({ target }) => target));
 * ```
 */
export async function targets(
  model: Model,
  image: Image,
  options: TargetsOptions = {},
  run: RunOptions = {},
): Promise<TargetsResult> {
  const input = await inputFor(model, image, options.space);
  const priced = await pricedFor(model, input, options.engine);
  const limit = Math.max(1, Math.floor(MOST_QUERIES / (model.manifest.labels.length - 1)));
  const bounds = { ...boundsOf(priced.classifier, limit, input.image), targeted: true };
  const settings =
    options.budget === undefined
      ? fitOptions(options, bounds, { maxWork: DEFAULT_WORK, workOf: (each) => workOfTargets(priced, each) })
      : resolveOptions(options, bounds);
  return presentTargets(
    await attackTargets({ ...contextOf(input, run, settings.probabilities), settings }),
    input,
  );
}

/**
 * Classifies an image with onnxruntime.
 * @returns the response of `POST /v1/classify`: every label with its probability, highest first
 * @throws OnepixelError `invalid-image`, `unsupported-image`
 *
 * @example
 * ```ts
 * const { label, probability } = await classify(model, image);
 * ```
 */
export async function classify(
  model: Model,
  image: Image,
  { probabilities }: ClassifyOptions = {},
): Promise<Classification> {
  const input = await inputFor(model, image);
  return presentClassification(await input.classifier.probabilities(input.image), input, probabilities);
}
