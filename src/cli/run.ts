/** The commands. What they write goes to the functions passed in, so that tests can look at it. */
import { readFileSync, writeFileSync } from "node:fs";
import { OnepixelError } from "../core/errors.ts";
import {
  type AttackResult,
  attack,
  type Classification,
  classify,
  loadModel,
  pngBytes,
} from "../node/index.ts";
import { type Arguments, kebab, readArguments, UsageError } from "./options.ts";

export const usage = `Usage:
  onepixel attack IMAGE [--model MODEL] [--label LABEL] [--target LABEL] [--pixels K|min] [--seed N]
                        [--json] [-o FILE.png] [any option of POST /v1/attack, such as --max-pixels]
  onepixel classify IMAGE [--model MODEL] [--json]

IMAGE is a PNG, JPEG or WebP file. MODEL is a shipped model's id, or an ONNX file with a manifest.json beside it.
Exit codes: 0 the command ran, whatever it found; 2 an option or input cannot be used; 3 it failed.
`;

export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

function readImage(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UsageError(`IMAGE "${path}" cannot be read: ${(cause as Error).message}`, { cause });
  }
}

const percent = (probability: number) => `${(probability * 100).toFixed(1)} %`;

function describeAttack({ status, label, before, after, pixels, cost, certificate }: AttackResult): string {
  if (status === "misclassified") {
    return `misclassified: the model says ${before.label} (${percent(before.probability)}) before any change, not ${label}\n`;
  }
  const changes = pixels.map(({ x, y, from, to }) => `  x ${x}, y ${y}: ${from} → ${to}\n`).join("");
  const line = `${status}: ${before.label} (${percent(before.probability)}) → ${after.label} (${percent(after.probability)}), ${cost.queries} queries\n`;
  const corners =
    status === "survived" && certificate
      ? `  all ${certificate.corners} one-pixel changes to a corner colour were queried; ${certificate.fooling} fool the model\n`
      : "";
  return line + changes + corners;
}

const describePrediction = ({ probabilities }: Classification) =>
  probabilities.map(({ label, probability }) => `${label} ${percent(probability)}\n`).join("");

async function runAttack({ image, model, json, output, options }: Arguments, { out }: Output): Promise<void> {
  const bytes = readImage(image);
  const result = await attack(await loadModel(model), bytes, options);
  if (output !== undefined) {
    try {
      writeFileSync(output, pngBytes(result.image));
    } catch (cause) {
      throw new UsageError(`--output "${output}" cannot be written: ${(cause as Error).message}`, { cause });
    }
  }
  out(json ? `${JSON.stringify(result)}\n` : describeAttack(result));
}

async function runClassify({ image, model, json }: Arguments, { out }: Output): Promise<void> {
  const bytes = readImage(image);
  const result = await classify(await loadModel(model), bytes);
  out(json ? `${JSON.stringify(result)}\n` : describePrediction(result));
}

async function dispatch([command, ...args]: readonly string[], output: Output): Promise<void> {
  switch (command) {
    case "attack":
      return runAttack(readArguments(command, args), output);
    case "classify":
      return runClassify(readArguments(command, args), output);
    case "--help":
    case "-h":
      return output.out(usage);
    case undefined:
      throw new UsageError("there is no command; run onepixel --help");
    default:
      throw new UsageError(`there is no command "${command}"; the commands are attack and classify`);
  }
}

/** Codes whose cause is what the user passed. */
const inputCodes = /^(invalid|unsupported)-|^out-of-memory$/;

function explain(error: unknown): { code: 2 | 3; message: string } {
  if (error instanceof UsageError) return { code: 2, message: error.message };
  if (!(error instanceof OnepixelError)) {
    return { code: 3, message: error instanceof Error ? error.message : String(error) };
  }
  const { message, field } = error;
  const named =
    error.name === "OptionError" && field ? `--${kebab(field)}${message.slice(field.length)}` : message;
  return { code: inputCodes.test(error.code) ? 2 : 3, message: named };
}

/**
 * Runs a command.
 * @param args what stands behind `onepixel`
 * @returns the exit code: 0, 2 for what the user can correct, 3 for a failure
 */
export async function run(args: readonly string[], output: Output): Promise<0 | 2 | 3> {
  try {
    await dispatch(args, output);
    return 0;
  } catch (error) {
    const { code, message } = explain(error);
    output.error(`onepixel: ${message.replaceAll("\n", "; ")}\n`);
    return code;
  }
}
