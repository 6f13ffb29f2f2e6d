import { AVERAGE_POOL, CONVOLUTION, DEPTHWISE, MAX_POOL } from "../inference/program";
import {
  STEP_INPUT_COUNT,
  STEP_INPUTS,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OPERATION,
  STEP_OUTPUT,
  STEP_PAD_LEFT,
  STEP_PAD_TOP,
  STEP_STRIDE_X,
  STEP_STRIDE_Y,
  TENSOR_COLUMNS,
  TENSOR_HEIGHT,
  TENSOR_LEFT,
  TENSOR_ROWS,
  TENSOR_TOP,
  TENSOR_WIDTH,
} from "./program";
import { at, field, follow } from "./state";

// The region of each tensor: a rectangle that holds every position that a changed pixel reaches.

export function setRegion(tensor: usize, top: i32, left: i32, rows: i32, columns: i32): void {
  store<i32>(tensor + TENSOR_TOP, top);
  store<i32>(tensor + TENSOR_LEFT, left);
  store<i32>(tensor + TENSOR_ROWS, rows);
  store<i32>(tensor + TENSOR_COLUMNS, columns);
}

export function wholeRegion(tensor: usize): void {
  setRegion(tensor, 0, 0, field(tensor, TENSOR_HEIGHT), field(tensor, TENSOR_WIDTH));
}

/** Whether an operation reads windows of its only input. */
export function isWindowed(operation: i32): bool {
  return (
    operation == CONVOLUTION || operation == DEPTHWISE || operation == MAX_POOL || operation == AVERAGE_POOL
  );
}

/** Input `i` of a step. */
export function inputOf(step: usize, i: i32): usize {
  return at(load<i32>(follow(step, STEP_INPUTS) + ((<usize>i) << 2)));
}

/** The first window along an axis that holds input position `from`. */
export function firstWindow(from: i32, kernel: i32, stride: i32, pad: i32): i32 {
  const start = from + pad - kernel + 1;
  return start <= 0 ? 0 : (start + stride - 1) / stride;
}

/** The windows of one axis that meet the inputs `from` to `from + size − 1`, cut to `outputs`. */
function reach(tensor: usize, first: i32, last: i32, outputs: i32, begin: i32, count: i32): void {
  const end = min(last, outputs - 1);
  store<i32>(tensor + begin, first);
  store<i32>(tensor + count, max(0, end - first + 1));
}

/** The region of a step's output from those of its inputs. */
export function reachRegion(step: usize): void {
  const output = at(field(step, STEP_OUTPUT));
  const height = field(output, TENSOR_HEIGHT);
  const width = field(output, TENSOR_WIDTH);
  if (isWindowed(field(step, STEP_OPERATION))) {
    const input = inputOf(step, 0);
    const top = field(input, TENSOR_TOP);
    const left = field(input, TENSOR_LEFT);
    const rows = field(input, TENSOR_ROWS);
    const columns = field(input, TENSOR_COLUMNS);
    if (rows <= 0 || columns <= 0) return setRegion(output, 0, 0, 0, 0);
    const padTop = field(step, STEP_PAD_TOP);
    const padLeft = field(step, STEP_PAD_LEFT);
    const strideY = field(step, STEP_STRIDE_Y);
    const strideX = field(step, STEP_STRIDE_X);
    const firstY = firstWindow(top, field(step, STEP_KERNEL_HEIGHT), strideY, padTop);
    const firstX = firstWindow(left, field(step, STEP_KERNEL_WIDTH), strideX, padLeft);
    reach(output, firstY, (top + rows - 1 + padTop) / strideY, height, TENSOR_TOP, TENSOR_ROWS);
    reach(output, firstX, (left + columns - 1 + padLeft) / strideX, width, TENSOR_LEFT, TENSOR_COLUMNS);
    return;
  }
  let top = height;
  let left = width;
  let bottom = 0;
  let right = 0;
  for (let i = 0; i < field(step, STEP_INPUT_COUNT); i++) {
    const input = inputOf(step, i);
    if (field(input, TENSOR_ROWS) <= 0 || field(input, TENSOR_COLUMNS) <= 0) continue;
    // A vector that is used at every position.
    if (field(input, TENSOR_HEIGHT) < height || field(input, TENSOR_WIDTH) < width)
      return wholeRegion(output);
    top = min(top, field(input, TENSOR_TOP));
    left = min(left, field(input, TENSOR_LEFT));
    bottom = max(bottom, field(input, TENSOR_TOP) + field(input, TENSOR_ROWS));
    right = max(right, field(input, TENSOR_LEFT) + field(input, TENSOR_COLUMNS));
  }
  if (bottom <= top) return setRegion(output, 0, 0, 0, 0);
  setRegion(output, top, left, bottom - top, right - left);
}
