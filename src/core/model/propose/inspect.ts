/** Finds out a classifier's input and output by reading its ONNX file and running it. */
import { type InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { OnepixelError } from "../../errors.ts";
import { readMetadata } from "../../onnx/metadata.ts";
import type { Runtime } from "../runtime.ts";
import { type Format, formatsOf, type WantedFormat } from "./format.ts";
import { labelsFromMetadata } from "./labels.ts";

/** What the caller knows about the classifier; everything is optional. */
export interface Wanted extends WantedFormat {
  /** The tensor for the images, if the graph has several inputs. */
  readonly inputName?: string | undefined;
  /** The tensor with a score for each label, if the graph has several outputs. */
  readonly outputName?: string | undefined;
}

/** A classifier's input and output. */
export interface Facts {
  readonly input: Format & { readonly name: string; readonly only: boolean };
  readonly output: {
    readonly name: string;
    readonly only: boolean;
    readonly scores: "logits" | "probabilities";
    /** How many labels there are. */
    readonly count: number;
  };
  /** The labels in the file's metadata; null if there are none. */
  readonly labels: readonly string[] | null;
}

type Metadata = InferenceSession.ValueMetadata;

const refuse = (message: string, field = "model") => new OnepixelError("invalid-model", message, { field });

const listed = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

function chooseInput(inputs: readonly Metadata[], wanted: string | undefined) {
  const images = inputs.filter((each) => each.isTensor && each.type === "float32");
  const found = wanted === undefined ? images.filter(isImage) : images.filter(({ name }) => name === wanted);
  const [first, ...others] = found;
  if (first?.isTensor && others.length === 0) return first;
  const told = inputs.map(
    (each) => `"${each.name}" (${each.isTensor ? `${each.type} [${each.shape}]` : "no tensor"})`,
  );
  const advice =
    first === undefined
      ? "onepixel attacks models with a float32 input of four axes."
      : "Name one as inputName.";
  throw refuse(`The model takes ${told.join(", ")}. ${advice}`, "inputName");
}

const isImage = (each: Metadata): boolean => each.isTensor && [0, 4].includes(each.shape.length);

interface Probe {
  readonly format: Format;
  readonly input: string;
  /** The batch size of a run. */
  readonly batch: number;
}

/** Images that distinguish scores from probabilities for any input range: black, and noise of three ranges. */
const RANGES = [
  [0, 0],
  [0, 1],
  [-1, 2],
  [0, 255],
] as const;

/** Noise that is the same on every machine (the generator of Numerical Recipes). */
function noise(length: number, low: number, width: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + (width * state) / 2 ** 32;
  });
}

async function runOn(
  session: InferenceSession,
  runtime: Runtime,
  { format, input, batch }: Probe,
  data: Float32Array,
) {
  const { width, height, channels, layout } = format;
  const image = layout === "NCHW" ? [channels, height, width] : [height, width, channels];
  const tensor = new Tensor("float32", data, [batch, ...image]);
  return runtime.exclusive(() => session.run({ [input]: tensor }));
}

type Answers = Awaited<ReturnType<typeof runOn>>;

/** The first format that the model runs with. */
async function firstThatRuns(
  session: InferenceSession,
  runtime: Runtime,
  probes: readonly Probe[],
): Promise<{ probe: Probe; answers: Answers }> {
  let reason: unknown;
  for (const probe of probes) {
    const { width, height, channels } = probe.format;
    try {
      const data = new Float32Array(probe.batch * width * height * channels);
      return { probe, answers: await runOn(session, runtime, probe, data) };
    } catch (error) {
      reason ??= error;
    }
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  const { width, height, channels } = probes[0]!.format;
  throw refuse(
    `The model does not run on an image of ${width}×${height}×${channels}: ${message}. Pass its layout and size.`,
  );
}

const labelCount = (tensor: Answers[string] | undefined, batch: number): number =>
  tensor?.type === "float32" && tensor.dims[0] === batch && tensor.dims.slice(2).every((dim) => dim === 1)
    ? (tensor.dims[1] ?? 0)
    : 0;

function chooseOutput(answers: Answers, batch: number, wanted: string | undefined) {
  const names = Object.keys(answers);
  const fitting = names.filter((name) => labelCount(answers[name], batch) >= 2);
  const found = wanted === undefined ? fitting : fitting.filter((name) => name === wanted);
  const [name, ...others] = found;
  if (name !== undefined && others.length === 0) {
    return { name, only: names.length === 1, count: labelCount(answers[name], batch) };
  }
  const told = names.map((each) => `"${each}" (${answers[each]?.type} [${answers[each]?.dims}])`);
  const advice =
    name === undefined
      ? "A classifier gives float32 scores of at least two labels for an image."
      : `Name one of ${listed(found)} as outputName.`;
  throw refuse(
    `For ${batch} image${batch === 1 ? "" : "s"} the model returns ${told.join(", ")}. ${advice}`,
    "outputName",
  );
}

/** Whether numbers are probabilities: none below 0, and each row sums to 1. */
function areProbabilities(rows: Float32Array, count: number): boolean {
  for (let begin = 0; begin < rows.length; begin += count) {
    let sum = 0;
    for (const value of rows.subarray(begin, begin + count)) {
      if (!(value >= 0)) return false;
      sum += value;
    }
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return true;
}

/**
 * Finds out a classifier's input and output. The normalisation of its input cannot be found in this way.
 * @param onnx the bytes of the file, with all weights inside
 * @param wanted what is known about it, used where the file is ambiguous
 * @throws OnepixelError `invalid-model` for a file that onnxruntime cannot load or run, or that is not an
 * image classifier; its `field` is the option that would resolve it
 */
export async function inspectModel(onnx: Uint8Array, wanted: Wanted, runtime: Runtime): Promise<Facts> {
  const session = await open(onnx, runtime);
  try {
    const input = chooseInput(session.inputMetadata, wanted.inputName);
    const [axis] = input.shape;
    const batch = typeof axis === "number" && axis > 0 ? axis : 1;
    const probes = formatsOf(input, wanted).map((format) => ({ format, input: input.name, batch }));
    const { probe, answers } = await firstThatRuns(session, runtime, probes);
    const output = chooseOutput(answers, batch, wanted.outputName);
    const { width, height, channels } = probe.format;
    let scores: Facts["output"]["scores"] = "probabilities";
    for (const [low, span] of RANGES) {
      const data = noise(batch * width * height * channels, low, span);
      const rows = (await runOn(session, runtime, probe, data))[output.name]?.data as Float32Array;
      if (!areProbabilities(rows, output.count)) scores = "logits";
    }
    return {
      input: { ...probe.format, name: input.name, only: session.inputNames.length === 1 },
      output: { ...output, scores },
      labels: labelsFromMetadata(readMetadata(onnx), output.count),
    };
  } finally {
    await session.release();
  }
}

async function open(onnx: Uint8Array, runtime: Runtime): Promise<InferenceSession> {
  try {
    return await runtime.exclusive(() => runtime.open(onnx.slice().buffer as ArrayBuffer));
  } catch (cause) {
    if (cause instanceof OnepixelError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new OnepixelError(
      "invalid-model",
      `onnxruntime cannot load the file: ${message}. Pass an ONNX classifier.`,
      {
        field: "model",
        cause,
      },
    );
  }
}
