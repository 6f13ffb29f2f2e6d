import { finish, setSum, addForm } from "./finish";
import {
  CLEAN_BYTES,
  CLEAN_X,
  CLEAN_X_ERROR,
  FORM_A,
  FORM_C,
  FORM_E,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OUTPUT,
  STEP_PAD_LEFT,
  STEP_PAD_TOP,
  STEP_STRIDE_X,
  STEP_STRIDE_Y,
  TENSOR_CHANNELS,
  TENSOR_COLUMNS,
  TENSOR_HEIGHT,
  TENSOR_LEFT,
  TENSOR_ROWS,
  TENSOR_TOP,
  TENSOR_WIDTH,
} from "./program";
import { inputOf } from "./region";
import { at, cleanAt, field, formAt, indexOf, isCleanPass, isDirty, relaxedAt } from "./state";

// The maximum of a window is its most promising value, by the lower bound, and at most the others' lead over it.

/** The value at a position: its middle, its slopes and its error, whether it is dirty or not. */
let middle: f64 = 0;
let slope1: f64 = 0;
let slope2: f64 = 0;
let slope3: f64 = 0;
let error: f64 = 0;

function read(input: usize, y: i32, x: i32, channel: i32): void {
  const clean = cleanAt(input, y, x) + <usize>channel * CLEAN_BYTES;
  middle = load<f64>(clean + CLEAN_X);
  if (isCleanPass || !isDirty(input, y, x)) {
    slope1 = 0;
    slope2 = 0;
    slope3 = 0;
    error = load<f64>(clean + CLEAN_X_ERROR);
    return;
  }
  const form = formAt(input, indexOf(input, y, x) + channel);
  middle += load<f64>(form + FORM_C);
  slope1 = load<f64>(form + FORM_A);
  slope2 = load<f64>(form + FORM_A + 8);
  slope3 = load<f64>(form + FORM_A + 16);
  error = load<f64>(form + FORM_E);
}

function finishMaximum(
  step: usize,
  input: usize,
  y: i32,
  x: i32,
  channel: i32,
  clean: usize,
  form: usize,
  relaxed: usize,
): void {
  const top = y * field(step, STEP_STRIDE_Y) - field(step, STEP_PAD_TOP);
  const left = x * field(step, STEP_STRIDE_X) - field(step, STEP_PAD_LEFT);
  const firstRow = max(0, top);
  const endRow = min(top + field(step, STEP_KERNEL_HEIGHT), field(input, TENSOR_HEIGHT));
  const firstColumn = max(0, left);
  const endColumn = min(left + field(step, STEP_KERNEL_WIDTH), field(input, TENSOR_WIDTH));
  let best: f64 = -Infinity;
  let bestY = firstRow;
  let bestX = firstColumn;
  for (let row = firstRow; row < endRow; row++) {
    for (let column = firstColumn; column < endColumn; column++) {
      read(input, row, column, channel);
      const lower = middle - abs(slope1) - abs(slope2) - abs(slope3) - error;
      if (lower > best) {
        best = lower;
        bestY = row;
        bestX = column;
      }
    }
  }
  read(input, bestY, bestX, channel);
  const c = middle;
  const a1 = slope1;
  const a2 = slope2;
  const a3 = slope3;
  const e = error;
  let lead: f64 = 0;
  let most: f64 = c + e;
  for (let row = firstRow; row < endRow; row++) {
    for (let column = firstColumn; column < endColumn; column++) {
      if (row == bestY && column == bestX) continue;
      read(input, row, column, channel);
      lead = max(lead, middle - c + abs(slope1 - a1) + abs(slope2 - a2) + abs(slope3 - a3) + error + e);
      most = max(most, middle + error);
    }
  }
  setSum(0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
  if (isCleanPass) {
    // The greatest of the clean values; an execution's is at most as far off as the worst of them.
    let greatest: f64 = -Infinity;
    for (let row = firstRow; row < endRow; row++) {
      for (let column = firstColumn; column < endColumn; column++) {
        read(input, row, column, channel);
        greatest = max(greatest, middle);
      }
    }
    finish(step, clean, form, relaxed, greatest, max(greatest - best, most - greatest), 0.0, -1);
    return;
  }
  const cleanBest = cleanAt(input, bestY, bestX) + <usize>channel * CLEAN_BYTES;
  const dirty = isDirty(input, bestY, bestX);
  const index = dirty ? indexOf(input, bestY, bestX) + channel : -1;
  if (dirty) addForm(formAt(input, index), 1.0);
  const rest = dirty ? 0.0 : load<f64>(cleanBest + CLEAN_X_ERROR);
  finish(step, clean, form, relaxed, load<f64>(cleanBest + CLEAN_X), rest, lead, index);
}

/** Bounds every value of the region of a maximum. */
export function maximum(step: usize): void {
  const input = inputOf(step, 0);
  const output = at(field(step, STEP_OUTPUT));
  const channels = field(output, TENSOR_CHANNELS);
  const top = field(output, TENSOR_TOP);
  const left = field(output, TENSOR_LEFT);
  for (let y = top; y < top + field(output, TENSOR_ROWS); y++) {
    for (let x = left; x < left + field(output, TENSOR_COLUMNS); x++) {
      const index = indexOf(output, y, x);
      for (let channel = 0; channel < channels; channel++) {
        const clean = cleanAt(output, y, x) + <usize>channel * CLEAN_BYTES;
        const form = formAt(output, index + channel);
        finishMaximum(step, input, y, x, channel, clean, form, relaxedAt(output, index + channel));
      }
    }
  }
}
