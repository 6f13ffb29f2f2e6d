/** Checks of a manifest's fields, whose messages say what is allowed, and how a manifest is read with them. */
import * as v from "valibot";
import { OnepixelError } from "../errors.ts";

export function oneOf<const T extends readonly (string | number)[]>(values: T) {
  return v.picklist(values, `must be one of ${values.map((value) => JSON.stringify(value)).join(", ")}`);
}

export function integer(low: number, high: number) {
  const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
  const message = `must be a whole number ${range}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(low, message), v.maxValue(high, message));
}

export function text(longest: number) {
  const message = `must be a string of 1 to ${longest} characters, without surrounding whitespace`;
  return v.pipe(v.string(message), v.regex(/^\S(.*\S)?$/u, message), v.maxLength(longest, message));
}

const idMessage = "must be 1 to 64 of a-z, 0-9 and -, starting with a letter or digit, and name its folder";

/** The name of a folder of models, samples or evaluation images. */
export const id = v.pipe(v.string(idMessage), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, idMessage));

const labelsMessage = "must be a list of at least two different strings";

export const labels = v.pipe(
  v.array(text(100), labelsMessage),
  v.minLength(2, labelsMessage),
  v.check((list) => new Set(list).size === list.length, labelsMessage),
);

/** A strict object; its messages name unknown fields and say what a missing one must be. */
export function object<const E extends v.ObjectEntries>(entries: E) {
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
 * @param folder the name of its folder, which must be the manifest's id
 * @throws ManifestError naming file, field and the field's allowed values
 */
export function readManifest<
  S extends v.GenericSchema<unknown, { readonly id: string }, v.BaseIssue<unknown>>,
>(schema: S, json: string, file: string, folder: string): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ManifestError(`${file}: is not JSON: ${(cause as Error).message}`, { cause });
  }
  const { success, output, issues } = v.safeParse(schema, value);
  if (!success) throw new ManifestError(issues.map((issue) => `${file}: ${sentence(issue)}`).join("\n"));
  if (output.id !== folder) {
    throw new ManifestError(`${file}: "id" must be the name of its folder, "${folder}", not "${output.id}"`);
  }
  return output;
}
