import * as program from "../../../../assembly/inference/program.ts";
import type { InferencePlan, PlanRoom } from "../../kernel/plan.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import { costsOf } from "../cost.ts";
import { type Border, bordersOf, windowsOf } from "../geometry.ts";
import { ACTIVATIONS, type Layer, OPERATIONS, sizeOf } from "../layer.ts";
import { regionsOf } from "../regions.ts";
import { type Arena, createArena } from "./arena.ts";
import { bitsOf, encode, type Fields } from "./encode.ts";
import { keptOf } from "./lifetimes.ts";
import { packBias, packRecords, packWeights } from "./pack.ts";
import { type RecordShape, recordsOf } from "./records.ts";
import { cleanPoolOf, type LaidOut, MOST_BYTES, roomOf } from "./room.ts";
import { touchedOf } from "./touched.ts";

const MEBIBYTE = 2 ** 20;
/** Positions that a step computes at once: enough to read a block of weights for many of them. */
const BATCH_ROOM = 1024;

const positionsOf = ({ shape }: Layer): number => shape.height * shape.width;

/** @throws {Unsupported} if a plan takes more memory than it may */
function checkSize(bytes: number, weights: number): void {
  if (bytes <= MOST_BYTES) return;
  const [all, part] = [bytes, weights].map((each) => Math.ceil(each / MEBIBYTE));
  throw new Unsupported(
    `needs ${all} MiB of memory, ${part} of them for its weights, where a kernel may have ${MOST_BYTES / MEBIBYTE}`,
  );
}

/** A step. */
function stepFields(arena: Arena, layer: Layer, tensors: ReadonlyMap<Layer, number>): Fields {
  const { operation, window, inputs, activation } = layer;
  const windows = windowsOf(layer);
  return {
    [program.STEP_OPERATION]: OPERATIONS[operation as keyof typeof OPERATIONS],
    [program.STEP_INPUTS]: arena.put(Int32Array.from(inputs, (input) => tensors.get(input)!)),
    [program.STEP_INPUT_COUNT]: inputs.length,
    [program.STEP_OUTPUT]: tensors.get(layer)!,
    [program.STEP_WEIGHTS]: arena.put(packWeights(layer)),
    [program.STEP_BIAS]: arena.put(packBias(layer)),
    [program.STEP_ACTIVATION]: ACTIVATIONS[activation.kind],
    [program.STEP_ALPHA]: bitsOf(activation.alpha),
    [program.STEP_BETA]: bitsOf(activation.beta),
    ...(windows && { [program.STEP_WINDOWS]: arena.put(windows) }),
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

/** A tensor, whose table it reserves, without what depends on the number of changed pixels. */
function tensorFields(
  arena: Arena,
  { shape: { height, width, channels } }: Layer,
  { record, values, isListed }: RecordShape,
  { top, left, bottom, right }: Border,
): Fields {
  const pitch = left + width + right;
  const length = pitch * (top + height + bottom);
  return {
    [program.TENSOR_TABLE]: arena.reserve(length * 4),
    [program.TENSOR_TABLE_LENGTH]: length,
    [program.TENSOR_ORIGIN]: (top * pitch + left) * 4,
    [program.TENSOR_PITCH]: pitch * 4,
    [program.TENSOR_HEIGHT]: height,
    [program.TENSOR_WIDTH]: width,
    [program.TENSOR_CHANNELS]: channels,
    [program.TENSOR_VALUES]: values,
    [program.TENSOR_RECORD]: record,
    [program.TENSOR_LISTED]: Number(isListed),
  };
}

/** The rooms of a network. It is no part of `layOut`, whose layers it would keep in memory with their weights. */
function rememberRooms(laidOut: LaidOut): InferencePlan["room"] {
  const rooms = new Map<number, PlanRoom>();
  return (pixels) => {
    const room = rooms.get(pixels) ?? roomOf(laidOut, pixels);
    rooms.set(pixels, room);
    return room;
  };
}

/**
 * Lays out a network in the kernel's memory.
 * @param layers in order, the image first, the labels last
 * @throws {Unsupported} when it needs too much memory
 */
export function layOut(layers: readonly Layer[]): InferencePlan {
  const image = layers[0]!;
  const labels = layers.at(-1)!;
  const weights = layers.reduce((sum, layer) => sum + layer.weights.byteLength, 0);
  checkSize(weights, weights);
  const made = layers.filter(({ operation }) => operation in OPERATIONS);
  const borders = bordersOf(layers);
  const regions = regionsOf(layers);
  const records = recordsOf(layers);
  const kept = keptOf(layers, regions);
  const arena = createArena();
  const header = arena.reserve(program.HEADER_BYTES);
  const firstTensor = arena.reserve(layers.length * program.TENSOR_BYTES);
  const tensors = new Map(layers.map((layer, i) => [layer, firstTensor + i * program.TENSOR_BYTES]));
  const steps = arena.reserve(made.length * program.STEP_BYTES);
  for (const [i, layer] of made.entries()) {
    const fields = stepFields(arena, layer, tensors);
    arena.fill(steps + i * program.STEP_BYTES, encode(program.STEP_BYTES, fields));
  }
  const constants = new Map<Layer, number>();
  for (const layer of layers) {
    if (layer.operation === "constant") constants.set(layer, arena.put(packRecords(layer)));
  }

  // Everything from here on is zeroed, so it is not part of the content.
  const zero = arena.reserve(Math.max(...[...records.values()].map(({ record }) => record)));
  const coloursOffset = arena.reserve(image.shape.channels * 256 * 4);
  const batchRoom = Math.max(BATCH_ROOM, ...layers.map(({ shape }) => shape.width));
  const batch = arena.reserve(batchRoom * 3 * 4);
  const fieldsOfTensors = layers.map((layer) => {
    const fields = tensorFields(arena, layer, records.get(layer)!, borders.get(layer)!);
    if (!kept.has(layer)) return fields;
    const clean = constants.get(layer) ?? arena.reserve(positionsOf(layer) * records.get(layer)!.record);
    return { ...fields, [program.TENSOR_KEPT]: 1, [program.TENSOR_CLEAN]: clean };
  });
  const pool = arena.bytes;
  const cleanPool = cleanPoolOf(layers, kept, records);
  for (const [i, layer] of layers.entries()) {
    const fields = fieldsOfTensors[i]!;
    const inPool = { [program.TENSOR_CLEAN]: pool + (cleanPool.offsets.get(layer) ?? 0) };
    const all = kept.has(layer) ? fields : { ...fields, ...inPool };
    arena.fill(tensors.get(layer)!, encode(program.TENSOR_BYTES, all));
  }
  const headerFields = {
    [program.HEADER_TENSORS]: firstTensor,
    [program.HEADER_TENSOR_COUNT]: layers.length,
    [program.HEADER_STEPS]: steps,
    [program.HEADER_STEP_COUNT]: made.length,
    [program.HEADER_INPUT]: tensors.get(image)!,
    [program.HEADER_OUTPUT]: tensors.get(labels)!,
    [program.HEADER_ZERO]: zero,
    [program.HEADER_COLOURS]: coloursOffset,
    [program.HEADER_POOL]: pool,
    [program.HEADER_BATCH]: batch,
    [program.HEADER_BATCH_ROOM]: batchRoom,
  };
  arena.fill(header, encode(program.HEADER_BYTES, headerFields));
  const tables = new Map(
    layers.map((layer, i) => [layer, fieldsOfTensors[i]![program.TENSOR_TABLE_LENGTH]!]),
  );
  const touched = touchedOf(layers, regions, records, tensors, tables);
  const laidOut = { touched, pool, cleanPool: cleanPool.bytes, tensorCount: layers.length };
  checkSize(roomOf(laidOut, 1).bytes, weights);
  const facts = {
    image: { name: image.name, ...image.shape },
    labels: sizeOf(labels.shape),
    tensors: layers.map(({ name, shape }) => ({ name, ...shape })),
    costs: costsOf(layers, regions),
    content: arena.content(),
    coloursOffset,
    samplesOffset: pool,
  };
  return { ...facts, room: rememberRooms(laidOut) };
}
