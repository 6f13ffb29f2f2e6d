/** The options that name a classifier and say what its file does not. */
import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import { labelsFromText } from "../../core/model/propose/labels.ts";
import { meaningOf, type RecipeName, recipeNames } from "../../core/model/propose/normalisation.ts";
import type { ModelOptions } from "../../node/open-model.ts";
import { readInput } from "../files.ts";
import { UsageError } from "../io.ts";

/** The values of the options of `addModelOptions`. */
export interface ModelValues {
  readonly model?: string;
  readonly labels?: string;
  readonly normalise?: string;
  readonly scale?: string;
  readonly mean?: string;
  readonly std?: string;
  readonly layout?: string;
  readonly size?: string;
  readonly scores?: string;
  readonly inputName?: string;
  readonly outputName?: string;
}

const LAYOUTS = ["NCHW", "NHWC"] as const;
const SCORES = ["logits", "probabilities"] as const;

const choice = (flags: string, description: string, values: readonly string[]) => {
  const option = new Option(flags, description);
  option.argChoices = [...values];
  return option;
};

/** Adds `--labels`, `--normalise` and the others that describe a file without a manifest. */
export function addDescriptionOptions(command: Command): Command {
  const recipes = recipeNames.map((name) => `${name}: ${meaningOf(name)}`).join("; ");
  return command
    .option(
      "--labels <file>",
      "The classifier's labels in the order of its outputs: a file with one per line, or a comma-separated list. Default: the labels in the file's metadata, otherwise 0, 1, …",
    )
    .addOption(choice("--normalise <name>", `How the input is normalised. ${recipes}.`, recipeNames))
    .option(
      "--scale <number>",
      "Instead of --normalise: the tensor's value is (byte × scale − mean) ÷ std. A fraction is allowed: 1/255.",
    )
    .option("--mean <numbers>", "One number, or one for each channel: 0.5,0.5,0.5. Default: 0.")
    .option("--std <numbers>", "One number, or one for each channel. Default: 1.")
    .addOption(
      choice("--layout <name>", "The order of the input's axes. Default: read from the file.", LAYOUTS),
    )
    .option("--size <w>x<h>", "The image size, for a model that accepts any size: 224x224.")
    .addOption(
      choice("--scores <name>", "What the classifier outputs. Default: found by running it.", SCORES),
    )
    .option("--input-name <name>", "The tensor for the images, if the model has several inputs.")
    .option(
      "--output-name <name>",
      "The tensor with a score for each label, if the model has several outputs.",
    );
}

/** Adds `--model` and the options that describe a file without a manifest. */
export function addModelOptions(command: Command): Command {
  return addDescriptionOptions(
    command.option(
      "-m, --model <model>",
      "A shipped model's id, an ONNX file (with an optional manifest.json next to it), or a folder with model.onnx. Default: cifar10-resnet8.",
    ),
  );
}

function oneOf<const Values extends readonly string[]>(
  option: string,
  values: Values,
  given: string | undefined,
): Values[number] | undefined {
  if (given === undefined || values.includes(given)) return given;
  throw new UsageError(`--${option} must be one of ${values.join(", ")}, not "${given}"`);
}

function numberOf(option: string, text: string): number {
  const parts = text.split("/").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const value = parts.length === 2 ? parts[0]! / parts[1]! : parts.length === 1 ? parts[0]! : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new UsageError(`--${option} must be a number or a fraction such as 1/255, not "${text}"`);
}

const numbersOf = (option: string, text: string | undefined) =>
  text?.split(",").map((part) => numberOf(option, part));

function sizeOf(text: string | undefined): ModelOptions["size"] {
  if (text === undefined) return undefined;
  const [, width, height] = /^(\d{1,4})[x×](\d{1,4})$/.exec(text) ?? [];
  if (width !== undefined && height !== undefined) return { width: Number(width), height: Number(height) };
  throw new UsageError(`--size must be a width and a height such as 224x224, not "${text}"`);
}

function labelsOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  if (existsSync(text)) return labelsFromText(Buffer.from(readInput(text, "--labels")).toString("utf8"));
  if (text.includes(",")) return text.split(",").map((label) => label.trim());
  throw new UsageError(`--labels "${text}" is not a file; pass a file or a comma-separated list of labels`);
}

function normaliseOf({ normalise, scale, mean, std }: ModelValues): ModelOptions["normalise"] {
  const name = oneOf("normalise", recipeNames, normalise) as RecipeName | undefined;
  const numbers = { scale, mean, std };
  const given = Object.entries(numbers).find(([, value]) => value !== undefined);
  if (given === undefined) return name;
  if (name !== undefined)
    throw new UsageError(`--${given[0]} and --normalise set the same values: use only one`);
  return {
    ...(scale !== undefined && { scale: numberOf("scale", scale) }),
    ...(mean !== undefined && { mean: numbersOf("mean", mean)! }),
    ...(std !== undefined && { std: numbersOf("std", std)! }),
  };
}

/**
 * What the command line says of a classifier.
 * @throws UsageError naming the option that cannot be used
 */
export function readModelOptions(values: ModelValues): ModelOptions {
  return {
    labels: labelsOf(values.labels),
    normalise: normaliseOf(values),
    layout: oneOf("layout", LAYOUTS, values.layout),
    size: sizeOf(values.size),
    scores: oneOf("scores", SCORES, values.scores),
    inputName: values.inputName,
    outputName: values.outputName,
  };
}
