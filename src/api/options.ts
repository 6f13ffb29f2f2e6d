/** The options of requests: one schema each, used for validation and for the API's description. */
import * as v from "valibot";
import { ranges } from "../core/attack/options/options.ts";
import { presets } from "../core/attack/options/presets.ts";
import {
  colourCodings,
  objectives,
  searches,
  spaces,
  starts,
  stops,
} from "../core/attack/options/settings.ts";
import { strategies } from "../core/kernel/search-settings.ts";
import { detailsOfPredictions } from "../core/present-prediction.ts";

export function numeric(name: keyof typeof ranges) {
  const { min, max, integer } = ranges[name];
  const message = `must be ${integer ? "a whole number" : "a number"} from ${min} to ${max}`;
  const number = v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
  return integer ? v.pipe(number, v.integer(message)) : number;
}

export function oneOf<const Values extends readonly string[]>(values: Values) {
  return v.picklist(values, `must be one of ${values.join(", ")}`);
}

export function named<const Schema extends v.GenericSchema>(schema: Schema, description: string) {
  return v.optional(v.pipe(schema, v.description(description)));
}

const pixelsMessage = `must be a whole number from ${ranges.pixels.min} to ${ranges.pixels.max}, or min`;

/** A number of pixels, or the fewest. */
export const numberOfPixels = v.union([numeric("pixels"), v.literal("min")], pixelsMessage);

const mutationFactor = numeric("mutationFactor");
const text = v.string("must be a string");

/** Where the image comes from, if the request does not contain it. */
export const sourceOptions = {
  model: named(
    v.pipe(text, v.examples(["cifar10-resnet8"])),
    "The classifier's id, see /v1/models. Default: the default model.",
  ),
  sample: named(
    v.pipe(text, v.examples(["cat-3"])),
    "The name of a shipped image, see /v1/samples, instead of an image.",
  ),
};

const spaceOption = named(
  oneOf(spaces),
  "Whose pixels change: those of the classifier's `input`, to which the image is resized first, or those of the image itself (`source`), which is resized after each change. Default: input.",
);

const probabilities = named(
  oneOf(detailsOfPredictions),
  "Which probabilities the response contains if the model has more than 100 labels: the five highest, with those of the label and the target (`top`), or `all`. Default: top.",
);

/** All options of an attack. */
export const attackOptions = {
  pixels: named(
    numberOfPixels,
    "k, the number of pixels that may change; at most the number of pixels in the image. With min, the fewest that fool the classifier: " +
      "each number from 1 upwards is searched with its own budget, 1 by the corner scan. Default: 1.",
  ),
  maxPixels: named(numeric("maxPixels"), "The largest number that pixels=min tries. Default: 10."),
  scanBudget: named(
    numeric("scanBudget"),
    "The most queries of pixels=min for one pixel. Default: a full scan of the corner colours, but no more than `budget`.",
  ),
  target: named(
    v.pipe(v.nullable(text), v.examples(["dog"])),
    "The label to reach. If omitted or null, any wrong label counts as a success.",
  ),
  label: named(
    v.nullable(text),
    "The image's true label. If omitted or null, the sample's label, otherwise the label that the model predicts.",
  ),
  search: named(oneOf(searches), "How candidates are proposed. Default: set by the preset."),
  preset: named(
    oneOf(Object.keys(presets) as (keyof typeof presets)[]),
    "A named set of defaults, such as this service's own or those of the 2017 paper.",
  ),
  strategy: named(
    oneOf(strategies),
    "The mutation strategy of differential evolution. Default: set by the preset.",
  ),
  population: named(
    numeric("population"),
    "The number of candidates in a generation. Default: set by the preset.",
  ),
  generations: named(
    numeric("generations"),
    "The number of generations after the initial population. Default: set by the preset.",
  ),
  mutationFactor: named(
    v.union(
      [mutationFactor, v.strictTuple([mutationFactor, mutationFactor])],
      "must be a number from 0 to 2, or a range such as 0.5,1",
    ),
    "The factor F of differential evolution. From a range, a value is drawn once per generation.",
  ),
  crossover: named(
    numeric("crossover"),
    "Probability that a gene comes from the mutant; 1 means no crossover.",
  ),
  colours: named(oneOf(colourCodings), "Any 8-bit colour, or only the 8 corners of the colour cube."),
  start: named(oneOf(starts), "The distribution of the initial colours. Default: set by the preset."),
  objective: named(
    oneOf(objectives),
    "The value that a search minimises. Default: set by the preset, but `probability` if Sparse-RS attacks towards a target.",
  ),
  stop: named(
    oneOf(stops),
    "When a success ends the search: immediately, or only at the paper's confidence.",
  ),
  seed: named(numeric("seed"), "Seed of the random generator. Default: 1."),
  budget: named(
    numeric("budget"),
    "The most queries of one search; with pixels=min, of the search for each number of pixels from 2 upwards. Default: set by the preset, lowered if needed to fit the work limit of one request.",
  ),
  engine: named(
    v.nullable(oneOf(["onnxruntime", "incremental"])),
    "The engine that answers queries. If omitted or null, the fastest one that supports the model.",
  ),
  space: spaceOption,
  probabilities,
  exhaustive: named(
    v.boolean("must be true or false"),
    "Continue after a success, to count every fooling candidate (search=corners).",
  ),
};

/**
 * The options of a classification (`POST /v1/classify`).
 *
 * @example
 * ```ts
 * const options = v.parse(classifySchema, { sample: "cat-3" });
 * ```
 */
export const classifySchema = v.strictObject({
  ...sourceOptions,
  space: named(
    oneOf(spaces),
    "Which image `Accept: image/png` returns: the classifier's `input`, or the image in its own size (`source`). Default: input.",
  ),
  probabilities,
});

/** The options of a route that has none. */
export const noneSchema = v.strictObject({});

/** The options of a proof that are numbers, and none of an attack. */
const proofNumbers: ReadonlySet<string> = new Set(["boxes", "first", "end"]);

/** Options that are not strings: values from a query string or a form must be converted. */
export function fromText(name: string, value: string): unknown {
  if (name === "exhaustive") return { true: true, false: false }[value] ?? value;
  if (!(name in ranges) && !proofNumbers.has(name)) return value;
  const numbers = value
    .split(",")
    .map((part) => (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(part) ? Number(part) : part));
  return numbers.length === 1 ? numbers[0] : numbers;
}
