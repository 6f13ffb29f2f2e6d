/**
 * What `models/<id>/manifest.json` says about a classifier, and how it is checked.
 * A message names the field and its allowed values.
 */

import * as v from "valibot";
import { OnepixelError } from "../errors.ts";

/** The longest side of an image that the kernel takes, in pixels. */
const MAX_SIDE = 1024;

function oneOf<const T extends readonly (string | number)[]>(values: T) {
  return v.picklist(values, `must be one of ${values.map((value) => JSON.stringify(value)).join(", ")}`);
}

function integer(low: number, high: number) {
  const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
  const message = `must be a whole number ${range}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(low, message), v.maxValue(high, message));
}

function text(longest: number) {
  const message = `must be a string of 1 to ${longest} characters, without surrounding whitespace`;
  return v.pipe(v.string(message), v.regex(/^\S(.*\S)?$/u, message), v.maxLength(longest, message));
}

const finite = v.pipe(v.number("must be a number"), v.finite("must be a finite number"));

const positiveMessage = "must be a finite number above 0";
const positive = v.pipe(v.number(positiveMessage), v.finite(positiveMessage), v.gtValue(0, positiveMessage));

/** A strict object; its messages name unknown fields and say what a missing one must be. */
function object<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries);
  return v.strictObject(entries, (issue) => {
    const key = String(issue.path?.at(-1)?.key);
    if (issue.path === undefined) return "must be an object";
    if (issue.expected === "never") return `is not a field; the fields here are ${known.join(", ")}`;
    const entry = entries[key];
    const rule = entry !== undefined && "message" in entry ? entry.message : undefined;
    return typeof rule === "string" ? `is missing; it ${rule}` : "is missing";
  });
}

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

const idMessage = "must be 1 to 64 of a-z, 0-9 and -, starting with a letter or digit, and name its folder";
const labelsMessage = "must be a list of at least two different strings";

/**
 * A classifier's manifest. Tensor value of a byte: (byte × scale − mean[channel]) / std[channel].
 * `tensors` is required only if the ONNX graph has several inputs or outputs.
 */
export const manifestSchema = object({
  id: v.pipe(v.string(idMessage), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, idMessage)),
  title: text(100),
  default: v.exactOptional(v.literal(true, "must be true, or omitted")),
  labels: v.pipe(
    v.array(text(100), labelsMessage),
    v.minLength(2, labelsMessage),
    v.check((labels) => new Set(labels).size === labels.length, labelsMessage),
  ),
  input,
  output: oneOf(["probabilities", "logits"]),
  tensors: v.exactOptional(object({ input: v.exactOptional(text(200)), output: v.exactOptional(text(200)) })),
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

/** `input.std[1]`, as one would write it in JavaScript. */
function fieldName(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? [])
    .map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}

function sentence(issue: v.BaseIssue<unknown>): string {
  const received =
    issue.type === "strict_object" && issue.path !== undefined ? "" : `, not ${issue.received}`;
  const field = fieldName(issue);
  return `${field === "" ? "the manifest" : `"${field}"`} ${issue.message}${received}`;
}

/** The manifest is not valid; the message has a line for each error. */
export class ManifestError extends OnepixelError {
  override readonly name = "ManifestError";

  constructor(message: string, options?: ErrorOptions) {
    super("invalid-manifest", message, { field: "manifest", cause: options?.cause });
  }
}

/**
 * Reads a manifest.
 * @param json the file's text
 * @param file the file's name in messages
 * @param folder the name of its folder, which must be the model's id
 * @throws ManifestError naming file, field and the field's allowed values
 */
export function parseManifest(json: string, file: string, folder: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ManifestError(`${file}: is not JSON: ${(cause as Error).message}`, { cause });
  }
  const { success, output, issues } = v.safeParse(manifestSchema, value);
  if (!success) throw new ManifestError(issues.map((issue) => `${file}: ${sentence(issue)}`).join("\n"));
  if (output.id !== folder) {
    throw new ManifestError(`${file}: "id" must be the name of its folder, "${folder}", not "${output.id}"`);
  }
  return output;
}
