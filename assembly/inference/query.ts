import { batchDirty, batchRows, count, locateWindows, openBatch } from "./batch";
import { convolve } from "./convolution";
import { convolveDense } from "./dense";
import { chooseDensity } from "./density";
import { convolveDepthwise } from "./depthwise";
import { activateAndList } from "./finish";
import { paint, paintImage } from "./paint";
import { affine, combine, concatenate, select, softmax } from "./pointwise";
import { pool } from "./pool";
import {
  AFFINE,
  AVERAGE_POOL,
  CONCAT,
  CONVOLUTION,
  DEPTHWISE,
  HEADER_OUTPUT,
  HEADER_STEP_COUNT,
  HEADER_STEPS,
  HEADER_TENSOR_COUNT,
  HEADER_TENSORS,
  MAX_POOL,
  SELECT,
  SOFTMAX,
  STEP_ACTIVATION,
  STEP_ALPHA,
  STEP_BETA,
  STEP_BYTES,
  STEP_DENSE,
  STEP_OPERATION,
  STEP_OUTPUT,
  TENSOR_BYTES,
  TENSOR_COUNT,
  TENSOR_HEIGHT,
} from "./program";
import { propagatePoints, propagateWindows } from "./propagate";
import { field, follow, initialise, onlyRecord, release, restore, setArena } from "./state";

let header: usize = 0;

function tensorAt(i: i32): usize {
  return follow(header, HEADER_TENSORS) + i * TENSOR_BYTES;
}

/** Computes a batch of a step's output. */
function compute(step: usize, output: usize): void {
  const operation = field(step, STEP_OPERATION);
  if (operation == CONVOLUTION) {
    locateWindows(step);
    if (field(step, STEP_DENSE)) convolveDense(step);
    else convolve(step);
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

/** Computes every position of a step's output: its clean records. */
function computeClean(step: usize): void {
  const output = follow(step, STEP_OUTPUT);
  const height = field(output, TENSOR_HEIGHT);
  if (field(step, STEP_OPERATION) == CONVOLUTION) chooseDensity(step);
  for (let y = 0; y < height; ) {
    y = batchRows(output, y, height);
    compute(step, output);
  }
}

/** Marks what is dirty of a step's output, and computes it. */
function computeDirty(step: usize): void {
  const output = follow(step, STEP_OUTPUT);
  if (field(step, STEP_OPERATION) <= AVERAGE_POOL) propagateWindows(step);
  else propagatePoints(step);
  const total = field(output, TENSOR_COUNT);
  for (let first = 0; first < total; first += count) {
    batchDirty(output, first);
    compute(step, output);
  }
}

/** Takes the plan at `arena` into use, and computes the image whose bytes the host left in the pool. */
export function startInference(arena: usize): void {
  header = arena;
  setArena(arena);
  openBatch(header);
  const tensors = field(header, HEADER_TENSOR_COUNT);
  for (let i = 0; i < tensors; i++) initialise(tensorAt(i));
  paintImage(header);
  const steps = follow(header, HEADER_STEPS);
  const end = steps + field(header, HEADER_STEP_COUNT) * STEP_BYTES;
  for (let step = steps; step < end; step += STEP_BYTES) computeClean(step);
  for (let i = 0; i < tensors; i++) release(tensorAt(i));
}

/** The address of the clean probabilities, or, between `infer` and `restoreClean`, of the query's. */
export function inferred(): usize {
  return onlyRecord(follow(header, HEADER_OUTPUT));
}

/** Computes what the current candidate changes: `pixels` encoded pixels. */
export function infer(pixels: i32): usize {
  paint(header, pixels);
  const steps = follow(header, HEADER_STEPS);
  const end = steps + field(header, HEADER_STEP_COUNT) * STEP_BYTES;
  for (let step = steps; step < end; step += STEP_BYTES) computeDirty(step);
  return inferred();
}

/** Restores the clean state after a query. */
export function restoreClean(): void {
  const tensors = field(header, HEADER_TENSOR_COUNT);
  for (let i = 0; i < tensors; i++) restore(tensorAt(i));
}
