import { convolve, convolveDepthwise } from "./convolution";
import { affine, combine, concatenate, select, softmax } from "./pointwise";
import { pool } from "./pool";
import {
  AFFINE,
  AVERAGE_POOL,
  CONCAT,
  CONVOLUTION,
  DEPTHWISE,
  HEADER_CANDIDATE,
  HEADER_COLOURS,
  HEADER_INPUT,
  HEADER_OUTPUT,
  HEADER_STEP_COUNT,
  HEADER_STEPS,
  HEADER_TENSOR_COUNT,
  HEADER_TENSORS,
  MAX_POOL,
  NONE,
  SELECT,
  SOFTMAX,
  STEP_ACTIVATION,
  STEP_ALPHA,
  STEP_BETA,
  STEP_BYTES,
  STEP_OPERATION,
  STEP_OUTPUT,
  TENSOR_BYTES,
  TENSOR_CHANNELS,
  TENSOR_COUNT,
  TENSOR_PITCH,
  TENSOR_WIDTH,
} from "./program";
import { locateWindows, propagatePoints, propagateWindows } from "./propagate";
import { activateAndList } from "./finish";
import {
  adopt,
  field,
  follow,
  initialise,
  mark,
  markAll,
  onlyRecord,
  originOf,
  restore,
  setArena,
} from "./state";

let header: usize = 0;

function tensorAt(i: i32): usize {
  return follow(header, HEADER_TENSORS) + i * TENSOR_BYTES;
}

/** Writes the candidate's pixels over the image and marks them dirty. */
function paint(pixels: i32): void {
  const image = follow(header, HEADER_INPUT);
  const width = field(image, TENSOR_WIDTH);
  const channels = field(image, TENSOR_CHANNELS);
  const colours = follow(header, HEADER_COLOURS);
  const encoded = follow(header, HEADER_CANDIDATE);
  for (let i = 0; i < pixels; i++) {
    const position = load<i32>(encoded + (i << 3));
    const colour = load<i32>(encoded + (i << 3), 4);
    const y = position / width;
    const x = position - y * width;
    mark(image, y, x);
    const record = load<usize>(originOf(image) + y * field(image, TENSOR_PITCH) + (x << 2));
    for (let channel = 0; channel < channels; channel++) {
      const byte = (colour >> ((channels - 1 - channel) << 3)) & 255;
      const value = load<f32>(colours + (((channel << 8) + byte) << 2));
      store<f32>(record + (channel << 2), value);
    }
  }
  activateAndList(image, NONE, 0, 0);
}

function runStep(step: usize, everything: bool): void {
  const operation = field(step, STEP_OPERATION);
  const output = follow(step, STEP_OUTPUT);
  if (everything) markAll(output);
  else if (operation <= AVERAGE_POOL) propagateWindows(step);
  else propagatePoints(step);
  if (field(output, TENSOR_COUNT) == 0) return;
  if (operation == CONVOLUTION) {
    locateWindows(step);
    convolve(step);
  } else if (operation == DEPTHWISE) {
    locateWindows(step);
    convolveDepthwise(step);
  } else if (operation == MAX_POOL) pool(step, false);
  else if (operation == AVERAGE_POOL) pool(step, true);
  else if (operation == AFFINE) affine(step);
  else if (operation == CONCAT) concatenate(step);
  else if (operation == SOFTMAX) softmax(step);
  else if (operation == SELECT) select(step);
  else combine(step, operation);
  activateAndList(
    output,
    field(step, STEP_ACTIVATION),
    load<f32>(step + STEP_ALPHA),
    load<f32>(step + STEP_BETA),
  );
}

function run(pixels: i32, everything: bool): void {
  paint(pixels);
  let step = follow(header, HEADER_STEPS);
  for (let i = 0; i < field(header, HEADER_STEP_COUNT); i++) {
    runStep(step, everything);
    step += STEP_BYTES;
  }
}

/**
 * Takes the plan at `arena` into use. The first candidate's room must hold the image itself, every
 * pixel of it: its activations become the clean state.
 */
export function startInference(arena: usize, pixels: i32): void {
  header = arena;
  setArena(arena);
  const tensors = field(header, HEADER_TENSOR_COUNT);
  for (let i = 0; i < tensors; i++) initialise(tensorAt(i));
  run(pixels, true);
  for (let i = 0; i < tensors; i++) {
    adopt(tensorAt(i));
    restore(tensorAt(i));
  }
}

/** The address of the clean probabilities, or, between `infer` and `restoreClean`, of the query's. */
export function inferred(): usize {
  return onlyRecord(follow(header, HEADER_OUTPUT));
}

/** Computes what the candidate in the room changes: `pixels` encoded pixels. */
export function infer(pixels: i32): usize {
  run(pixels, false);
  return inferred();
}

/** Puts the clean state back after a query. */
export function restoreClean(): void {
  const tensors = field(header, HEADER_TENSOR_COUNT);
  for (let i = 0; i < tensors; i++) restore(tensorAt(i));
}
