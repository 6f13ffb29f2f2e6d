import { ADD, AFFINE, AVERAGE_POOL, CONCAT, MULTIPLY, SELECT } from "../inference/program";
import { addForm, finish, setSum, sumM } from "./finish";
import { finishSum, start, startAt, startError } from "./linear";
import {
  CLEAN_BYTES,
  CLEAN_X,
  CLEAN_X_ERROR,
  FORM_BYTES,
  FORM_A,
  FORM_C,
  FORM_E,
  FORM_M,
  RELAXED_BYTES,
  STEP_COUNT_PADDING,
  STEP_INPUT_COUNT,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OPERATION,
  STEP_OUTPUT,
  STEP_PAD_LEFT,
  STEP_PAD_TOP,
  STEP_ROUNDING,
  STEP_STRIDE_X,
  STEP_STRIDE_Y,
  STEP_WEIGHTS,
  TENSOR_CHANNELS,
  TENSOR_COLUMNS,
  TENSOR_HEIGHT,
  TENSOR_IS_CONSTANT,
  TENSOR_LEFT,
  TENSOR_ROWS,
  TENSOR_TOP,
  TENSOR_WIDTH,
} from "./program";
import { inputOf } from "./region";
import { at, cleanAt, field, follow, formAt, indexOf, isCleanPass, isDirty, relaxedAt } from "./state";

// Every step but convolutions and maxima: one value at a time.

/** Input `i` of a step at a position of the output; a vector is the same at every one. */
function rowOf(input: usize, y: i32): i32 {
  return field(input, TENSOR_HEIGHT) == 1 ? 0 : y;
}

function columnOf(input: usize, x: i32): i32 {
  return field(input, TENSOR_WIDTH) == 1 ? 0 : x;
}

/** The form of a channel of an input at a position of the output, or 0 where it is as it was. */
export function formOf(input: usize, y: i32, x: i32, channel: i32): usize {
  const row = rowOf(input, y);
  const column = columnOf(input, x);
  if (!isDirty(input, row, column)) return 0;
  return formAt(input, indexOf(input, row, column) + channel);
}

/** The clean record of a channel of an input at a position of the output. */
export function cleanOf(input: usize, y: i32, x: i32, channel: i32): usize {
  return cleanAt(input, rowOf(input, y), columnOf(input, x)) + <usize>channel * CLEAN_BYTES;
}

/** Adds one channel of an input times a weight, if it is not as it was. */
function addInput(input: usize, y: i32, x: i32, channel: i32, weight: f64): void {
  if (isCleanPass && field(input, TENSOR_IS_CONSTANT)) {
    const value = weight * load<f64>(cleanOf(input, y, x, channel) + CLEAN_X);
    addConstant(value);
    return;
  }
  const form = formOf(input, y, x, channel);
  if (form != 0) addForm(form, weight);
}

const constantForm = memory.data(FORM_BYTES, 16);

function addConstant(value: f64): void {
  memory.fill(constantForm, 0, FORM_BYTES);
  store<f64>(constantForm + FORM_C, value);
  store<f64>(constantForm + FORM_M, abs(value));
  addForm(constantForm, 1.0);
}

/** How many values an average divides by. */
export function divisorOf(step: usize, y: i32, x: i32): f64 {
  const input = inputOf(step, 0);
  const kernelHeight = field(step, STEP_KERNEL_HEIGHT);
  const kernelWidth = field(step, STEP_KERNEL_WIDTH);
  if (field(step, STEP_COUNT_PADDING)) return <f64>(kernelHeight * kernelWidth);
  const top = y * field(step, STEP_STRIDE_Y) - field(step, STEP_PAD_TOP);
  const left = x * field(step, STEP_STRIDE_X) - field(step, STEP_PAD_LEFT);
  const rows = min(top + kernelHeight, field(input, TENSOR_HEIGHT)) - max(top, 0);
  const columns = min(left + kernelWidth, field(input, TENSOR_WIDTH)) - max(left, 0);
  return <f64>(rows * columns);
}

/** An average, or a convolution of each channel by itself. */
function addWindow(step: usize, y: i32, x: i32, channel: i32): void {
  const input = inputOf(step, 0);
  const isAverage = field(step, STEP_OPERATION) == AVERAGE_POOL;
  const channels = (field(input, TENSOR_CHANNELS) + 1) & ~1;
  const top = y * field(step, STEP_STRIDE_Y) - field(step, STEP_PAD_TOP);
  const left = x * field(step, STEP_STRIDE_X) - field(step, STEP_PAD_LEFT);
  const kernelWidth = field(step, STEP_KERNEL_WIDTH);
  const share = isAverage ? 1.0 / divisorOf(step, y, x) : 0.0;
  for (let row = 0; row < field(step, STEP_KERNEL_HEIGHT); row++) {
    for (let column = 0; column < kernelWidth; column++) {
      if (!isDirty(input, top + row, left + column)) continue;
      const weight = isAverage ? share : weightAt(step, (row * kernelWidth + column) * channels + channel);
      addForm(formAt(input, indexOf(input, top + row, left + column) + channel), weight);
    }
  }
}

export function weightAt(step: usize, i: i32): f64 {
  return load<f64>(follow(step, STEP_WEIGHTS) + ((<usize>i) << 3));
}

/** Adds what a linear step makes one value of. */
function addAll(step: usize, y: i32, x: i32, channel: i32): void {
  const operation = field(step, STEP_OPERATION);
  setSum(0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
  if (operation == ADD) {
    for (let i = 0; i < field(step, STEP_INPUT_COUNT); i++) addInput(inputOf(step, i), y, x, channel, 1.0);
  } else if (operation == AFFINE) {
    addInput(inputOf(step, 0), y, x, channel, weightAt(step, channel));
  } else if (operation == SELECT) {
    addInput(inputOf(step, 0), y, x, <i32>weightAt(step, channel), 1.0);
  } else if (operation == CONCAT) {
    const i = partOf(step, channel);
    addInput(inputOf(step, i), y, x, channel - partStart, 1.0);
  } else {
    addWindow(step, y, x, channel);
  }
}

/** The first channel of the part that `partOf` found last. */
export let partStart: i32 = 0;

/** Which input of a concatenation a channel comes from. */
export function partOf(step: usize, channel: i32): i32 {
  partStart = 0;
  let i = 0;
  while (channel - partStart >= field(inputOf(step, i), TENSOR_CHANNELS)) {
    partStart += field(inputOf(step, i), TENSOR_CHANNELS);
    i++;
  }
  return i;
}

/** The product of two values. Where one of them is as it was, the other's form times it; else their least and greatest. */
function finishProduct(
  step: usize,
  y: i32,
  x: i32,
  channel: i32,
  clean: usize,
  form: usize,
  relaxed: usize,
): void {
  const first = inputOf(step, 0);
  const second = inputOf(step, 1);
  const a = formOf(first, y, x, channel);
  const b = formOf(second, y, x, channel);
  const cleanA = cleanOf(first, y, x, channel);
  const cleanB = cleanOf(second, y, x, channel);
  const rounding = load<f64>(step + STEP_ROUNDING);
  setSum(0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
  startAt(step, clean, channel);
  if (!isCleanPass && (a == 0 || b == 0)) {
    const other = a == 0 ? cleanA : cleanB;
    const factor = load<f64>(other + CLEAN_X);
    const source = a == 0 ? b : a;
    if (source != 0) addForm(source, factor);
    const size = source == 0 ? 0.0 : load<f64>(source + FORM_M);
    const rest = startError + rounding * sumM + (1.0 + rounding) * load<f64>(other + CLEAN_X_ERROR) * size;
    finish(step, clean, form, relaxed, start, rest, 0.0, source == 0 ? -1 : a == 0 ? 1 : 0);
    return;
  }
  const x1 = load<f64>(cleanA + CLEAN_X) + (a == 0 || isCleanPass ? 0.0 : load<f64>(a + FORM_C));
  const x2 = load<f64>(cleanB + CLEAN_X) + (b == 0 || isCleanPass ? 0.0 : load<f64>(b + FORM_C));
  const r1 = a == 0 ? load<f64>(cleanA + CLEAN_X_ERROR) : reachOf(a);
  const r2 = b == 0 ? load<f64>(cleanB + CLEAN_X_ERROR) : reachOf(b);
  const centre = x1 * x2;
  const half = abs(x1) * r2 + abs(x2) * r1 + r1 * r2;
  const rest = half + rounding * (abs(x1) + r1) * (abs(x2) + r2);
  finish(step, clean, form, relaxed, centre, rest, 0.0, -1);
}

function reachOf(form: usize): f64 {
  const linear =
    abs(load<f64>(form + FORM_A)) + abs(load<f64>(form + FORM_A + 8)) + abs(load<f64>(form + FORM_A + 16));
  return linear + load<f64>(form + FORM_E);
}

/** Bounds every value of the region of a step's output. */
export function combine(step: usize): void {
  const output = at(field(step, STEP_OUTPUT));
  const channels = field(output, TENSOR_CHANNELS);
  const isProduct = field(step, STEP_OPERATION) == MULTIPLY;
  const top = field(output, TENSOR_TOP);
  const left = field(output, TENSOR_LEFT);
  for (let y = top; y < top + field(output, TENSOR_ROWS); y++) {
    for (let x = left; x < left + field(output, TENSOR_COLUMNS); x++) {
      const index = indexOf(output, y, x);
      let form = formAt(output, index);
      let relaxed = relaxedAt(output, index);
      let clean = cleanAt(output, y, x);
      for (let channel = 0; channel < channels; channel++) {
        if (isProduct) {
          finishProduct(step, y, x, channel, clean, form, relaxed);
        } else {
          addAll(step, y, x, channel);
          finishSum(step, clean, form, relaxed, channel, 0);
        }
        form += FORM_BYTES;
        relaxed += RELAXED_BYTES;
        clean += CLEAN_BYTES;
      }
    }
  }
}
