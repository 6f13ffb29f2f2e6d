import * as program from "../../../assembly/inference/program.ts";
import type { InferencePlan } from "../kernel/plan.ts";
import { type Arena, createArena } from "./arena.ts";
import { costsOf } from "./cost.ts";
import { type Border, bordersOf, windowsOf } from "./geometry.ts";
import { ACTIVATIONS, type Layer, OPERATIONS, sizeOf } from "./layer.ts";
import { packBias, packRecords, packWeights } from "./pack.ts";

/** Where the kernel finds what belongs to a layer; offsets in the arena. */
interface Place {
  readonly tensor: number;
  /** Bytes of a record, and of the values in it. */
  readonly record: number;
  readonly values: number;
  readonly isListed: boolean;
}

const positionsOf = ({ shape }: Layer): number => shape.height * shape.width;

/** The i32 fields of a header, tensor or step, by their offsets in it. */
function encode(bytes: number, fields: Readonly<Record<number, number>>): Int32Array {
  const words = new Int32Array(bytes / 4);
  for (const [offset, value] of Object.entries(fields)) words[Number(offset) / 4] = value;
  return words;
}

/** The bits of an f32 field. */
function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}

function placesOf(layers: readonly Layer[], tensors: number): ReadonlyMap<Layer, Place> {
  const listed = new Set(
    layers.flatMap(({ operation, inputs }) => (operation === "convolution" ? inputs : [])),
  );
  return new Map(
    layers.map((layer, i) => {
      const { channels } = layer.shape;
      const isListed = listed.has(layer);
      const values = Math.ceil(channels / 4) * 16;
      // One entry more than channels: the kernel writes an entry before it knows whether it stays.
      const list = isListed ? program.LIST_HEADER + (channels + 1) * program.LIST_ENTRY : 0;
      const record = Math.ceil((values + list) / 16) * 16;
      return [layer, { tensor: tensors + i * program.TENSOR_BYTES, record, values, isListed }];
    }),
  );
}

/** A step without the room that all steps share. */
function stepFields(arena: Arena, layer: Layer, places: ReadonlyMap<Layer, Place>): Record<number, number> {
  const { operation, window, inputs, shape, activation } = layer;
  return {
    [program.STEP_OPERATION]: OPERATIONS[operation as keyof typeof OPERATIONS],
    [program.STEP_INPUTS]: arena.put(Int32Array.from(inputs, (input) => places.get(input)!.tensor)),
    [program.STEP_INPUT_COUNT]: inputs.length,
    [program.STEP_OUTPUT]: places.get(layer)!.tensor,
    [program.STEP_WEIGHTS]: arena.put(packWeights(layer)),
    [program.STEP_BIAS]: arena.put(packBias(layer)),
    [program.STEP_ACTIVATION]: ACTIVATIONS[activation.kind],
    [program.STEP_ALPHA]: bitsOf(activation.alpha),
    [program.STEP_BETA]: bitsOf(activation.beta),
    ...(window && {
      [program.STEP_WINDOWS]: arena.put(windowsOf(window, inputs[0]!.shape, shape)),
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

/** A tensor, whose records and table it reserves. A constant's records are there already, at `clean`. */
function tensorFields(
  arena: Arena,
  layer: Layer,
  { record, values, isListed }: Place,
  { top, left, bottom, right }: Border,
  clean: number | undefined,
): Record<number, number> {
  const { height, width, channels } = layer.shape;
  const pitch = left + width + right;
  const length = pitch * (top + height + bottom);
  const positions = height * width;
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
    // The kernel tells a dirty record from a clean one by its address, so the dirty ones come later.
    [program.TENSOR_CLEAN]: clean ?? arena.reserve(positions * record),
    [program.TENSOR_DIRTY]: arena.reserve(positions * record),
    [program.TENSOR_POSITIONS]: arena.reserve(positions * 4),
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
  const made = layers.filter(({ operation }) => operation in OPERATIONS);
  const borders = bordersOf(layers);
  const arena = createArena();
  const header = arena.reserve(program.HEADER_BYTES);
  const tensors = arena.reserve(layers.length * program.TENSOR_BYTES);
  const steps = arena.reserve(made.length * program.STEP_BYTES);
  const places = placesOf(layers, tensors);
  const fieldsOfSteps = made.map((layer) => stepFields(arena, layer, places));
  const constants = new Map<Layer, number>();
  for (const layer of layers) {
    if (layer.operation === "constant") constants.set(layer, arena.put(packRecords(layer)));
  }

  // From here on everything is zero at first, and not part of the content.
  const zero = arena.reserve(Math.max(...[...places.values()].map(({ record }) => record)));
  for (const layer of layers) {
    const place = places.get(layer)!;
    const fields = tensorFields(arena, layer, place, borders.get(layer)!, constants.get(layer));
    arena.fill(place.tensor, encode(program.TENSOR_BYTES, fields));
  }
  const mostPositions = Math.max(...layers.map(positionsOf));
  const shared = {
    [program.STEP_FROM]: arena.reserve(mostPositions * 4),
    [program.STEP_TO]: arena.reserve(mostPositions * 4),
  };
  for (const [i, fields] of fieldsOfSteps.entries()) {
    arena.fill(steps + i * program.STEP_BYTES, encode(program.STEP_BYTES, { ...fields, ...shared }));
  }
  const coloursOffset = arena.reserve(image.shape.channels * 256 * 4);
  const candidateOffset = arena.reserve(positionsOf(image) * 8);
  const headerFields = {
    [program.HEADER_TENSORS]: tensors,
    [program.HEADER_TENSOR_COUNT]: layers.length,
    [program.HEADER_STEPS]: steps,
    [program.HEADER_STEP_COUNT]: made.length,
    [program.HEADER_INPUT]: places.get(image)!.tensor,
    [program.HEADER_OUTPUT]: places.get(labels)!.tensor,
    [program.HEADER_ZERO]: zero,
    [program.HEADER_COLOURS]: coloursOffset,
    [program.HEADER_CANDIDATE]: candidateOffset,
  };
  arena.fill(header, encode(program.HEADER_BYTES, headerFields));
  return {
    image: { name: image.name, ...image.shape },
    labels: sizeOf(labels.shape),
    tensors: layers.map(({ name, shape }) => ({ name, ...shape })),
    costs: costsOf(layers),
    bytes: arena.bytes,
    content: arena.content(),
    coloursOffset,
    candidateOffset,
  };
}
