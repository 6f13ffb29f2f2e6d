/** The options of requests: one schema each, for validation and for the API's description alike. */
import * as v from "valibot";
import { ranges } from "../core/attack/options/options.ts";
import { presets } from "../core/attack/options/presets.ts";
import { colourCodings, objectives, searches, starts, stops } from "../core/attack/options/settings.ts";
import { strategies } from "../core/kernel/search-settings.ts";

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
const text = v.string("must be a text");

/** Where the image comes from, if it is not sent along. */
export const sourceOptions = {
  model: named(
    v.pipe(text, v.examples(["cifar10-resnet8"])),
    "The classifier's id, see /v1/models. Left out, the default model.",
  ),
  sample: named(
    v.pipe(text, v.examples(["cat-3"])),
    "The name of a shipped image, see /v1/samples, instead of an image.",
  ),
};

/** Everything that can be said about an attack. */
export const attackOptions = {
  pixels: named(
    numberOfPixels,
    "k, the number of pixels that may change; at most the image's own number. With min, the fewest that fool: " +
      "every number from 1 up is searched with a budget of its own, 1 by the corner scan. Left out, 1.",
  ),
  maxPixels: named(numeric("maxPixels"), "Where pixels=min ends. Left out, 10."),
  scanBudget: named(
    numeric("scanBudget"),
    "The most queries of pixels=min for one pixel. Left out, a whole scan of the corner colours, but no more than `budget`.",
  ),
  target: named(
    v.pipe(v.nullable(text), v.examples(["dog"])),
    "The label to reach. Left out or null, any wrong label will do.",
  ),
  label: named(
    v.nullable(text),
    "The image's true label. Left out or null, a sample's own label, else the label that the model predicts.",
  ),
  search: named(oneOf(searches), "How candidates are proposed. Left out, the preset's."),
  preset: named(
    oneOf(Object.keys(presets) as (keyof typeof presets)[]),
    "A named set of defaults: this service's own, or those of the 2017 paper.",
  ),
  strategy: named(
    oneOf(strategies),
    "The mutation strategy of differential evolution. Left out, the preset's.",
  ),
  population: named(numeric("population"), "Candidates in a generation. Left out, the preset's."),
  generations: named(
    numeric("generations"),
    "Generations after the start population. Left out, the preset's.",
  ),
  mutationFactor: named(
    v.union(
      [mutationFactor, v.strictTuple([mutationFactor, mutationFactor])],
      "must be a number from 0 to 2, or a range such as 0.5,1",
    ),
    "The factor F of differential evolution; a range is drawn from once a generation.",
  ),
  crossover: named(
    numeric("crossover"),
    "Probability that a gene comes from the mutant; 1 means no crossover.",
  ),
  colours: named(oneOf(colourCodings), "Any 8-bit colour, or the 8 corners of the colour cube only."),
  start: named(oneOf(starts), "Distribution of the first colours. Left out, the preset's."),
  objective: named(
    oneOf(objectives),
    "What a search lowers. Left out, the preset's; but `probability` where Sparse-RS attacks towards a target.",
  ),
  stop: named(oneOf(stops), "When a success ends the search: at once, or at the paper's confidence."),
  seed: named(numeric("seed"), "Seed of the random generator. Left out, 1."),
  budget: named(
    numeric("budget"),
    "The most queries that one search may spend; with pixels=min, each number of pixels from 2 up. Left out, the preset's, or what fits the work of one request.",
  ),
  engine: named(
    v.nullable(oneOf(["onnxruntime", "incremental"])),
    "The oracle. Left out or null, the fastest that fits.",
  ),
  exhaustive: named(
    v.boolean("must be true or false"),
    "Go on behind a success, to count every fooling candidate (search=corners).",
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
export const classifySchema = v.strictObject(sourceOptions);

/** The options of a route that has none. */
export const noneSchema = v.strictObject({});

/** Options that are not texts, so that a query string's or a form's text must be converted. */
export function fromText(name: string, value: string): unknown {
  if (name === "exhaustive") return { true: true, false: false }[value] ?? value;
  if (!(name in ranges)) return value;
  const numbers = value
    .split(",")
    .map((part) => (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(part) ? Number(part) : part));
  return numbers.length === 1 ? numbers[0] : numbers;
}
