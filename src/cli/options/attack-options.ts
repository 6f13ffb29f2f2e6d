/** The options of the API's routes on the command line: the same names in kebab-case, checked by the same schemas. */
import { type Command, Option } from "commander";
import * as v from "valibot";
import { fromText } from "../../api/options.ts";
import { kebab, UsageError } from "../io.ts";

/** The fields of a strict schema in src/api/, all optional. */
export type Fields = Readonly<Record<string, v.OptionalSchema<v.GenericSchema, undefined>>>;

/** The values that a schema names one by one, if it does. */
function choicesOf(schema: v.GenericSchema): readonly string[] {
  const { type, wrapped, pipe, options } = schema as {
    type: string;
    wrapped?: v.GenericSchema;
    pipe?: readonly v.GenericSchema[];
    options?: readonly unknown[];
  };
  if (pipe?.[0] && pipe[0] !== schema) return choicesOf(pipe[0]);
  if (wrapped) return choicesOf(wrapped);
  return type === "picklist" ? (options as readonly string[]) : [];
}

function isBoolean(schema: v.GenericSchema): boolean {
  const { type, wrapped, pipe } = schema as {
    type: string;
    wrapped?: v.GenericSchema;
    pipe?: readonly v.GenericSchema[];
  };
  if (pipe?.[0] && pipe[0] !== schema) return isBoolean(pipe[0]);
  return wrapped ? isBoolean(wrapped) : type === "boolean";
}

/** Adds an option for each field, described as the API describes it. */
export function addFields(command: Command, fields: Fields): Command {
  for (const [name, schema] of Object.entries(fields)) {
    const value = isBoolean(schema) ? "" : ` <${placeholders[name] ?? "number"}>`;
    const option = new Option(`--${kebab(name)}${value}`, v.getDescription(schema.wrapped) ?? "");
    const choices = choicesOf(schema);
    // Not `option.choices()`: the schema refuses other values, in the API's words.
    if (choices.length > 0) option.argChoices = [...choices];
    command.addOption(option);
  }
  return command;
}

/** What stands for a value in the help, where it is no number. */
const placeholders: Readonly<Record<string, string>> = {
  pixels: "k",
  target: "label",
  label: "label",
  mutationFactor: "factor",
  ...Object.fromEntries(
    [
      "search",
      "preset",
      "strategy",
      "colours",
      "start",
      "objective",
      "stop",
      "engine",
      "space",
      "probabilities",
    ].map((name) => [name, "name"]),
  ),
};

/**
 * The values of these fields, of what was given on the command line.
 * @throws UsageError naming the option, and what it may hold
 */
export function readFields<const Entries extends Fields>(
  fields: Entries,
  values: Readonly<Record<string, unknown>>,
): v.InferOutput<v.StrictObjectSchema<Entries, undefined>> {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = values[name];
    if (value !== undefined) given[name] = typeof value === "string" ? fromText(name, value) : value;
  }
  const { success, output, issues } = v.safeParse(v.strictObject(fields), given);
  if (success) return output as v.InferOutput<v.StrictObjectSchema<Entries, undefined>>;
  const name = String(issues[0].path?.[0]?.key);
  throw new UsageError(`--${kebab(name)} ${issues[0].message}, not "${values[name]}"`);
}
