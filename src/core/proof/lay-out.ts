import * as program from "../../../assembly/bounds/program.ts";
import { ACTIVATIONS, type Layer, OPERATIONS, sizeOf } from "../compiler/layer.ts";
import { type Arena, createArena } from "../compiler/layout/arena.ts";
import { encode, type Fields } from "../compiler/layout/encode.ts";
import type { BoundsPlan } from "../kernel/bounds-plan.ts";
import { Unsupported } from "../onnx/unsupported.ts";

/** Most memory of a plan: an isolate has 128 MB for everything. */
const MOST_BYTES = 96 * 2 ** 20;

/** Operations besides those that add products in 32 bits: how a weight, a scale or a division may be rounded. */
const MORE_ROUNDINGS = 16;
/** Half the distance from 1 to the next float. */
const UNIT = 2 ** -24;

/** What one value of a step is a sum of, at most. */
function termsOf({ operation, window, inputs, weights, shape }: Layer): number {
  if (operation === "convolution") return weights.length / shape.channels + 1;
  if (window !== undefined) return window.kernelHeight * window.kernelWidth + 1;
  return inputs.length + 1;
}

/**
 * The relative error of a sum of products in 32 bits, in any order (Higham, Accuracy and Stability of Numerical
 * Algorithms, 2002, section 3.1), a little above it: what the bounds lose in 64 bits is below the rest.
 */
function roundingOf(layer: Layer): number {
  const error = (termsOf(layer) + MORE_ROUNDINGS) * UNIT;
  return error / (1 - error);
}

/** Rows of `length`, each padded with a zero to an even length. */
function padRows(values: Float32Array, length: number): Float64Array {
  const wide = length + (length % 2);
  const padded = new Float64Array((values.length / length) * wide);
  for (let i = 0; i < values.length; i++) padded[Math.floor(i / length) * wide + (i % length)] = values[i]!;
  return padded;
}

/** Kernel row × kernel column × input channel × output channel, of output channel × the rest. */
function packWeights({ operation, weights, shape: { channels } }: Layer): Float64Array {
  if (operation !== "convolution") return padRows(weights, channels);
  const inner = weights.length / channels;
  const wide = (channels + 3) & ~3;
  const packed = new Float64Array(inner * wide);
  for (let output = 0; output < channels; output++) {
    for (let i = 0; i < inner; i++) packed[i * wide + output] = weights[output * inner + i]!;
  }
  return packed;
}

/** Smaller than any number that matters, larger than what is lost below the smallest float. */
const UNDERFLOW = 1e-30;

/** For each channel the bias, and what it may have lost. */
function packBias({ bias, biasRounding, shape: { channels } }: Layer): Float64Array {
  const packed = new Float64Array(channels * 2);
  for (let channel = 0; channel < channels; channel++) {
    packed[channel * 2] = bias[channel] ?? 0;
    packed[channel * 2 + 1] = (biasRounding?.[channel] ?? 0) + UNDERFLOW;
  }
  return packed;
}

function doubles(fields: Readonly<Record<number, number>>): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([offset, value]) => {
      const [low, high] = new Int32Array(Float64Array.of(value).buffer);
      return [
        [Number(offset), low!],
        [Number(offset) + 4, high!],
      ];
    }),
  );
}

/** The steps that the kernel bounds; a softmax only as the last one, where it changes no order. */
const BOUNDED: ReadonlySet<Layer["operation"]> = new Set([
  "convolution",
  "depthwise",
  "maxPool",
  "averagePool",
  "affine",
  "add",
  "multiply",
  "concat",
  "select",
]);

function stepFields(arena: Arena, layer: Layer, tensors: ReadonlyMap<Layer, number>): Fields {
  const { operation, window, inputs, activation } = layer;
  if (!BOUNDED.has(operation)) {
    throw new Unsupported(`uses the step ${operation} (node ${layer.name}), whose values cannot be bounded`);
  }
  return {
    [program.STEP_OPERATION]: OPERATIONS[operation as keyof typeof OPERATIONS],
    [program.STEP_INPUTS]: arena.put(Int32Array.from(inputs, (input) => tensors.get(input)!)),
    [program.STEP_INPUT_COUNT]: inputs.length,
    [program.STEP_OUTPUT]: tensors.get(layer)!,
    [program.STEP_ACTIVATION]: ACTIVATIONS[activation.kind],
    [program.STEP_WEIGHTS]: arena.put(packWeights(layer)),
    [program.STEP_BIAS]: arena.put(packBias(layer)),
    ...doubles({
      [program.STEP_ALPHA]: activation.alpha,
      [program.STEP_BETA]: activation.beta,
      [program.STEP_ROUNDING]: roundingOf(layer),
    }),
    ...(window && {
      [program.STEP_KERNEL_HEIGHT]: window.kernelHeight,
      [program.STEP_KERNEL_WIDTH]: window.kernelWidth,
      [program.STEP_STRIDE_Y]: window.strideY,
      [program.STEP_STRIDE_X]: window.strideX,
      [program.STEP_PAD_TOP]: window.padTop,
      [program.STEP_PAD_LEFT]: window.padLeft,
      [program.STEP_COUNT_PADDING]: Number(window.countPadding),
    }),
  };
}

/** The clean records of a constant: its values, which nothing rounds. */
function constantRecords({ weights }: Layer): Float64Array {
  const records = new Float64Array(weights.length * 4);
  for (const [i, weight] of weights.entries()) {
    records[i * 4] = weight;
    records[i * 4 + 1] = weight;
  }
  return records;
}

/** The longest list of inputs of a window, or of windows of an input. */
function longestList(layers: readonly Layer[]): number {
  const lengths = layers.map(({ operation, window, inputs }) => {
    if (operation !== "convolution") return 0;
    return window!.kernelHeight * window!.kernelWidth * inputs[0]!.shape.channels;
  });
  return Math.max(1, ...lengths);
}

/**
 * Lays out a network for bounds in the kernel's memory.
 * @param all the steps, as `compileLayers` returns them
 * @throws {Unsupported} if it needs too much memory, or has a step that cannot be bounded
 */
export function layOutBounds(all: readonly Layer[]): BoundsPlan {
  const last = all.at(-1)!;
  const hasSoftmax = last.operation === "softmax" && last.activation.kind === "none";
  const layers = hasSoftmax ? all.slice(0, -1) : all;
  const image = layers[0]!;
  const labels = layers.at(-1)!;
  if (labels === image) throw new Unsupported("has no steps but a softmax");
  const values = layers.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const records = program.CLEAN_BYTES + program.FORM_BYTES + program.RELAXED_BYTES + program.LANES * 8;
  const weights = layers.reduce((sum, layer) => sum + layer.weights.length * 8, 0);
  const bytes = values * records + weights;
  if (bytes > MOST_BYTES) {
    throw new Unsupported(
      `needs ${Math.ceil(bytes / 2 ** 20)} MiB of memory for a proof, where it may have ${MOST_BYTES / 2 ** 20}`,
    );
  }
  const arena = createArena();
  const header = arena.reserve(program.HEADER_BYTES);
  const firstTensor = arena.reserve(layers.length * program.TENSOR_BYTES);
  const tensors = new Map(layers.map((layer, i) => [layer, firstTensor + i * program.TENSOR_BYTES]));
  const made = layers.filter(({ operation }) => operation !== "image" && operation !== "constant");
  const steps = arena.reserve(made.length * program.STEP_BYTES);
  for (const [i, layer] of made.entries()) {
    const fields = stepFields(arena, layer, tensors);
    arena.fill(steps + i * program.STEP_BYTES, encode(program.STEP_BYTES, fields));
  }
  const constants = new Map<Layer, number>();
  for (const layer of layers) {
    if (layer.operation === "constant") constants.set(layer, arena.put(constantRecords(layer)));
  }
  const questionOffset = arena.reserve((1 + program.LANES) * 4);
  const answerOffset = arena.reserve(program.LANES * program.ANSWER_BYTES);
  const scratch = arena.reserve(longestList(layers) * 8);
  let cleanOffset = 0;
  for (const layer of layers) {
    const size = sizeOf(layer.shape);
    const clean = constants.get(layer) ?? arena.reserve(size * program.CLEAN_BYTES);
    if (layer === image) cleanOffset = clean;
    const isConstant = constants.has(layer);
    const room = (each: number): number => (isConstant ? 0 : arena.reserve(size * each));
    const fields = {
      [program.TENSOR_HEIGHT]: layer.shape.height,
      [program.TENSOR_WIDTH]: layer.shape.width,
      [program.TENSOR_CHANNELS]: layer.shape.channels,
      [program.TENSOR_CLEAN]: clean,
      [program.TENSOR_FORMS]: room(program.FORM_BYTES),
      [program.TENSOR_RELAXED]: room(program.RELAXED_BYTES),
      [program.TENSOR_COEFFICIENTS]: room(program.LANES * 8),
      [program.TENSOR_IS_CONSTANT]: Number(isConstant),
    };
    arena.fill(tensors.get(layer)!, encode(program.TENSOR_BYTES, fields));
  }
  const fields = {
    [program.HEADER_STEPS]: steps,
    [program.HEADER_STEP_COUNT]: made.length,
    [program.HEADER_TENSORS]: firstTensor,
    [program.HEADER_TENSOR_COUNT]: layers.length,
    [program.HEADER_OUTPUT]: tensors.get(labels)!,
    [program.HEADER_QUESTION]: questionOffset,
    [program.HEADER_ANSWER]: answerOffset,
    [program.HEADER_SCRATCH]: scratch,
  };
  arena.fill(header, encode(program.HEADER_BYTES, fields));
  return {
    image: image.shape,
    labels: sizeOf(labels.shape),
    bytes: arena.bytes,
    content: arena.content(),
    cleanOffset,
    questionOffset,
    answerOffset,
    scores: hasSoftmax ? "logits" : "outputs",
  };
}
