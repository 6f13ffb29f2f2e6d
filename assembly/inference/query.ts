import { addDirty, batchDirty, batchRows, count, locateWindows, openBatch, openJointBatch } from "./batch";
import { convolve } from "./convolution";
import { chooseDensity, convolveDense } from "./dense";
import { convolveDepthwise } from "./depthwise";
import { activateAndList } from "./finish";
import { addLanes, lane, openLanes, tensorAt, useLane } from "./lanes";
import { paint, paintImage } from "./paint";
import { affine, combine, concatenate, select, softmax } from "./operations/pointwise";
import { pool } from "./operations/pool";
import {
  AFFINE,
  AVERAGE_POOL,
  CONCAT,
  CONVOLUTION,
  DEPTHWISE,
  HEADER_JOINT,
  HEADER_OUTPUT,
  HEADER_STEP_COUNT,
  HEADER_STEPS,
  HEADER_TENSOR_COUNT,
  MAX_POOL,
  RESIZE,
  SELECT,
  SOFTMAX,
  STEP_ACTIVATION,
  STEP_ALPHA,
  STEP_BETA,
  STEP_BYTES,
  STEP_DENSE,
  STEP_OPERATION,
  STEP_WINDOWS,
  TENSOR_COUNT,
  TENSOR_HEIGHT,
  TENSOR_LANE_ROOM,
} from "./program";
import { outputOf, propagatePoints, propagateWindows } from "./propagate";
import { resize } from "./operations/resize";
import { field, follow, initialise, onlyRecord, release, restore, setArena } from "./state";

let header: usize = 0;
let tensorCount = 0;
/** How many lanes the last query used. */
let used = 0;

/** Computes a batch of a step's output, whose windows have been located if it is a convolution. */
function compute(step: usize): void {
  const operation = field(step, STEP_OPERATION);
  if (operation == CONVOLUTION) {
    if (field(step, STEP_DENSE)) convolveDense(step);
    else convolve(step);
  } else if (operation == DEPTHWISE) convolveDepthwise(step);
  else if (operation == MAX_POOL) pool(step, false);
  else if (operation == AVERAGE_POOL) pool(step, true);
  else if (operation == AFFINE) affine(step);
  else if (operation == CONCAT) concatenate(step);
  else if (operation == SOFTMAX) softmax(step);
  else if (operation == SELECT) select(step);
  else if (operation == RESIZE) resize(step);
  else combine(step, operation);
  activateAndList(
    outputOf(step),
    field(step, STEP_ACTIVATION),
    load<f32>(step + STEP_ALPHA),
    load<f32>(step + STEP_BETA),
  );
}

/** Whether a step is a convolution of either kind. */
function isConvolution(step: usize): bool {
  return field(step, STEP_OPERATION) <= DEPTHWISE;
}

/** Computes every position of a step's output: its clean records. */
function computeClean(step: usize): void {
  const output = outputOf(step);
  const height = field(output, TENSOR_HEIGHT);
  if (field(step, STEP_OPERATION) == CONVOLUTION) chooseDensity(step);
  for (let y = 0; y < height; ) {
    y = batchRows(output, y, height);
    if (isConvolution(step)) locateWindows(step, 0);
    compute(step);
  }
}

/** Marks what is dirty of a step's output. */
function propagate(step: usize): void {
  if (field(step, STEP_WINDOWS)) propagateWindows(step);
  else propagatePoints(step);
}

/** Computes what is dirty of a step's output. */
function computeDirty(step: usize): void {
  const output = outputOf(step);
  const total = field(output, TENSOR_COUNT);
  for (let first = 0; first < total; first += count) {
    batchDirty(output, first);
    if (isConvolution(step)) locateWindows(step, 0);
    compute(step);
  }
}

/** Computes what is dirty of a convolution's output in the first lanes, as many as there are candidates, together. */
function convolveJointly(step: usize, candidates: i32): void {
  openJointBatch();
  for (let i = 0; i < candidates; i++) {
    useLane(i);
    const total = field(outputOf(step), TENSOR_COUNT);
    for (let first = addDirty(step, 0); first < total; first += addDirty(step, first)) {
      compute(step);
      openJointBatch();
    }
  }
  if (count > 0) compute(step);
}

/** Takes the plan at `arena` into use, and computes the image whose bytes the host left in the pool. */
export function startInference(arena: usize): void {
  header = arena;
  setArena(arena);
  openBatch(header);
  openLanes(header);
  tensorCount = field(header, HEADER_TENSOR_COUNT);
  for (let i = 0; i < tensorCount; i++) initialise(tensorAt(i));
  paintImage(header);
  const steps = follow(header, HEADER_STEPS);
  const end = steps + field(header, HEADER_STEP_COUNT) * STEP_BYTES;
  for (let step = steps; step < end; step += STEP_BYTES) computeClean(step);
  for (let i = 0; i < tensorCount; i++) release(tensorAt(i));
  addLanes(header);
}

/** The address of the clean probabilities, or, between `infer` and `restoreClean`, of those of candidate `i`. */
export function inferred(i: i32): usize {
  useLane(i);
  return onlyRecord(follow(header, HEADER_OUTPUT) + lane);
}

/** Computes what each of the candidates in the room, at most one a lane, changes: `pixels` encoded pixels each. */
export function infer(candidates: i32, pixels: i32): void {
  used = candidates;
  const steps = follow(header, HEADER_STEPS);
  const end = steps + field(header, HEADER_STEP_COUNT) * STEP_BYTES;
  const joint = min(end, steps + field(header, HEADER_JOINT) * STEP_BYTES);
  for (let i = 0; i < candidates; i++) {
    if (i > 0) restoreShared();
    useLane(i);
    paint(header, i, pixels);
    for (let step = steps; step < joint; step += STEP_BYTES) {
      propagate(step);
      computeDirty(step);
    }
  }
  for (let step = joint; step < end; step += STEP_BYTES) {
    for (let i = 0; i < candidates; i++) {
      useLane(i);
      propagate(step);
      if (!isConvolution(step)) computeDirty(step);
    }
    if (isConvolution(step)) convolveJointly(step, candidates);
  }
}

/** Restores the clean state of what the lane in use shares with the others. */
function restoreShared(): void {
  for (let i = 0; i < tensorCount; i++) if (!field(tensorAt(i), TENSOR_LANE_ROOM)) restore(tensorAt(i));
}

/** Restores the clean state after a query. */
export function restoreClean(): void {
  for (let i = 0; i < used; i++) {
    useLane(i);
    for (let tensor = 0; tensor < tensorCount; tensor++) restore(tensorAt(tensor));
  }
  used = 0;
}
