import type { InferencePlan } from "../../kernel/plan.ts";
import * as program from "../../kernel/program.ts";
import { ACTIVATIONS, type Layer, OPERATIONS, type Shape, sizeOf } from "./layer.ts";
import { packBias, packWeights } from "./pack.ts";
import { Unsupported } from "./unsupported.ts";

/** Most memory that one attack's inference may take: a Worker has 128 MB for everything. */
const MOST_BYTES = 48 * 1024 * 1024;

/** The border that the address table of a tensor needs so that no window reaches beyond it. */
interface Border {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

const padded = (channels: number): number => (channels + 3) & ~3;

/** Gives out 16-aligned offsets, one after another. */
class Arena {
  bytes: number;

  constructor(used: number) {
    this.bytes = used;
    this.reserve(0);
  }

  reserve(bytes: number): number {
    const offset = this.bytes;
    this.bytes = (offset + bytes + 15) & ~15;
    if (this.bytes > MOST_BYTES) throw new Unsupported("its activations need too much memory");
    return offset;
  }
}

function bordersOf(layers: readonly Layer[]): Map<Layer, Border> {
  const borders = new Map(layers.map((layer) => [layer, { top: 0, left: 0, bottom: 0, right: 0 }]));
  for (const { operation, inputs, shape, window } of layers) {
    if (window === undefined || (operation !== "convolution" && operation !== "depthwise")) continue;
    const source = inputs[0]!;
    const border = borders.get(source)!;
    const { kernelHeight, kernelWidth, strideY, strideX, padTop, padLeft } = window;
    const bottom = (shape.height - 1) * strideY - padTop + kernelHeight - source.shape.height;
    const right = (shape.width - 1) * strideX - padLeft + kernelWidth - source.shape.width;
    border.top = Math.max(border.top, padTop);
    border.left = Math.max(border.left, padLeft);
    border.bottom = Math.max(border.bottom, bottom);
    border.right = Math.max(border.right, right);
  }
  return borders;
}

/** For each of `size` inputs, the first and the last of `outputs` windows that hold it. */
function windowsOf(size: number, outputs: number, kernel: number, stride: number, pad: number): number[] {
  return Array.from({ length: size }, (_, i) => [
    Math.max(0, Math.ceil((i + pad - kernel + 1) / stride)),
    Math.min(outputs - 1, Math.floor((i + pad) / stride)),
  ]).flat();
}

function isListed(layer: Layer, layers: readonly Layer[]): boolean {
  return layers.some(({ operation, inputs }) => operation === "convolution" && inputs.includes(layer));
}

function recordBytes(values: number, channels: number, listed: boolean): number {
  // One entry more than channels: the kernel writes an entry before it knows whether it stays.
  const list = listed ? program.LIST_HEADER + (channels + 1) * program.LIST_ENTRY : 0;
  return (values + list + 15) & ~15;
}

/** Lays out a network in the kernel's memory. `layers` are in order, the image first, the labels last. */
export function layOut(layers: readonly Layer[]): InferencePlan {
  const image = layers[0]!;
  const labels = layers.at(-1)!;
  const steps = layers.filter(({ operation }) => operation in OPERATIONS);
  const borders = bordersOf(layers);
  const arena = new Arena(program.HEADER_BYTES);
  const tensorsOffset = arena.reserve(layers.length * program.TENSOR_BYTES);
  const stepsOffset = arena.reserve(steps.length * program.STEP_BYTES);
  const writes: (() => void)[] = [];
  let words = new Int32Array();
  let floats = new Float32Array();

  const putWords = (values: ArrayLike<number>): number => {
    const offset = arena.reserve(values.length * 4);
    writes.push(() => words.set(values, offset / 4));
    return offset;
  };
  const putFloats = (values: Float32Array): number => {
    const offset = arena.reserve(values.length * 4);
    writes.push(() => floats.set(values, offset / 4));
    return offset;
  };
  const tensorOffset = (layer: Layer) => tensorsOffset + layers.indexOf(layer) * program.TENSOR_BYTES;

  const stepFields = steps.map((layer) => {
    const { window, inputs, shape } = layer;
    const source = inputs[0]!.shape;
    const windows =
      window === undefined
        ? []
        : [
            ...windowsOf(source.height, shape.height, window.kernelHeight, window.strideY, window.padTop),
            ...windowsOf(source.width, shape.width, window.kernelWidth, window.strideX, window.padLeft),
          ];
    return {
      inputs: putWords(inputs.map(tensorOffset)),
      windows: putWords(windows),
      weights: putFloats(packWeights(layer)),
      bias: putFloats(packBias(layer)),
    };
  });
  const records = layers.map((layer) => {
    const values = padded(layer.shape.channels) * 4;
    const listed = isListed(layer, layers);
    return { values, listed, bytes: recordBytes(values, layer.shape.channels, listed) };
  });
  const positionsOf = ({ height, width }: Shape): number => height * width;
  const cleanOf = (layer: Layer): number => {
    const bytes = records[layers.indexOf(layer)]!.bytes * positionsOf(layer.shape);
    if (layer.operation !== "constant") return arena.reserve(bytes);
    const { channels } = layer.shape;
    const data = new Float32Array(bytes / 4);
    for (let i = 0; i < positionsOf(layer.shape); i++) {
      data.set(layer.weights.subarray(i * channels, (i + 1) * channels), i * padded(channels));
    }
    return putFloats(data);
  };
  // Constant tensors have content, so they come first; then the content ends.
  const cleans = new Map<Layer, number>();
  for (const layer of layers) if (layer.operation === "constant") cleans.set(layer, cleanOf(layer));
  const contentBytes = arena.bytes;

  const zero = arena.reserve(Math.max(...records.map(({ bytes }) => bytes)));
  for (const layer of layers) if (layer.operation !== "constant") cleans.set(layer, cleanOf(layer));
  const tensorFields = layers.map((layer, i) => {
    const { height, width } = layer.shape;
    const { top, left, bottom, right } = borders.get(layer)!;
    const pitch = left + width + right;
    const length = pitch * (top + height + bottom);
    return {
      table: arena.reserve(length * 4),
      length,
      origin: (top * pitch + left) * 4,
      pitch: pitch * 4,
      dirty: arena.reserve(records[i]!.bytes * positionsOf(layer.shape)),
      positions: arena.reserve(positionsOf(layer.shape) * 4),
    };
  });
  const mostPositions = Math.max(...layers.map(({ shape }) => positionsOf(shape)));
  const from = arena.reserve(mostPositions * 4);
  const to = arena.reserve(mostPositions * 4);
  const coloursOffset = arena.reserve(image.shape.channels * 256 * 4);
  const wordsOffset = arena.reserve(positionsOf(image.shape) * 8);

  const content = new Uint8Array(contentBytes);
  words = new Int32Array(content.buffer);
  floats = new Float32Array(content.buffer);
  for (const write of writes) write();
  const set = (base: number, field: number, value: number) => {
    words[(base + field) / 4] = value;
  };

  set(0, program.HEADER_TENSORS, tensorsOffset);
  set(0, program.HEADER_TENSOR_COUNT, layers.length);
  set(0, program.HEADER_STEPS, stepsOffset);
  set(0, program.HEADER_STEP_COUNT, steps.length);
  set(0, program.HEADER_INPUT, tensorOffset(image));
  set(0, program.HEADER_OUTPUT, tensorOffset(labels));
  set(0, program.HEADER_ZERO, zero);
  set(0, program.HEADER_COLOURS, coloursOffset);
  set(0, program.HEADER_WORDS, wordsOffset);
  layers.forEach((layer, i) => {
    const at = tensorOffset(layer);
    const fields = tensorFields[i]!;
    const { values, listed, bytes } = records[i]!;
    set(at, program.TENSOR_TABLE, fields.table);
    set(at, program.TENSOR_TABLE_LENGTH, fields.length);
    set(at, program.TENSOR_ORIGIN, fields.origin);
    set(at, program.TENSOR_PITCH, fields.pitch);
    set(at, program.TENSOR_HEIGHT, layer.shape.height);
    set(at, program.TENSOR_WIDTH, layer.shape.width);
    set(at, program.TENSOR_CHANNELS, layer.shape.channels);
    set(at, program.TENSOR_VALUES, values);
    set(at, program.TENSOR_RECORD, bytes);
    set(at, program.TENSOR_LISTED, listed ? 1 : 0);
    set(at, program.TENSOR_CLEAN, cleans.get(layer)!);
    set(at, program.TENSOR_DIRTY, fields.dirty);
    set(at, program.TENSOR_POSITIONS, fields.positions);
  });
  steps.forEach((layer, i) => {
    const at = stepsOffset + i * program.STEP_BYTES;
    const fields = stepFields[i]!;
    set(at, program.STEP_OPERATION, OPERATIONS[layer.operation as keyof typeof OPERATIONS]);
    set(at, program.STEP_INPUTS, fields.inputs);
    set(at, program.STEP_INPUT_COUNT, layer.inputs.length);
    set(at, program.STEP_OUTPUT, tensorOffset(layer));
    set(at, program.STEP_KERNEL_HEIGHT, layer.window?.kernelHeight ?? 1);
    set(at, program.STEP_KERNEL_WIDTH, layer.window?.kernelWidth ?? 1);
    set(at, program.STEP_STRIDE_Y, layer.window?.strideY ?? 1);
    set(at, program.STEP_STRIDE_X, layer.window?.strideX ?? 1);
    set(at, program.STEP_PAD_TOP, layer.window?.padTop ?? 0);
    set(at, program.STEP_PAD_LEFT, layer.window?.padLeft ?? 0);
    set(at, program.STEP_WINDOWS, fields.windows);
    set(at, program.STEP_WEIGHTS, fields.weights);
    set(at, program.STEP_BIAS, fields.bias);
    set(at, program.STEP_COUNT_PADDING, layer.window?.countPadding ? 1 : 0);
    set(at, program.STEP_ACTIVATION, ACTIVATIONS[layer.activation.kind]);
    floats[(at + program.STEP_ALPHA) / 4] = layer.activation.alpha;
    floats[(at + program.STEP_BETA) / 4] = layer.activation.beta;
    set(at, program.STEP_FROM, from);
    set(at, program.STEP_TO, to);
  });
  return {
    image: { name: image.name, ...image.shape },
    labels: sizeOf(labels.shape),
    tensors: layers.map(({ name, shape }) => ({ name, ...shape })),
    bytes: arena.bytes,
    content,
    coloursOffset,
    wordsOffset,
  };
}
