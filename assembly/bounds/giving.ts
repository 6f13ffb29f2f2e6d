import { ADD, AFFINE, AVERAGE_POOL, CONCAT, MAX_POOL, MULTIPLY, SELECT } from "../inference/program";
import { divisorOf, partOf, partStart, weightAt } from "./combine";
import {
  CLEAN_BYTES,
  CLEAN_X,
  RELAXED_SOURCE,
  STEP_INPUT_COUNT,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OPERATION,
  STEP_PAD_LEFT,
  STEP_PAD_TOP,
  STEP_STRIDE_X,
  STEP_STRIDE_Y,
  TENSOR_CHANNELS,
  TENSOR_HEIGHT,
  TENSOR_WIDTH,
} from "./program";
import { inputOf } from "./region";
import { at, cleanAt, coefficientsAt, field, indexOf, isDirty } from "./state";

// Gives the coefficients of a value to the inputs that its step made it of.

/** Adds the coefficients at `from` times a weight to those of an input, where that is dirty. */
function give(input: usize, y: i32, x: i32, channel: i32, from: usize, weight: f64): void {
  const row = field(input, TENSOR_HEIGHT) == 1 ? 0 : y;
  const column = field(input, TENSOR_WIDTH) == 1 ? 0 : x;
  if (isDirty(input, row, column))
    addTo(coefficientsAt(input, indexOf(input, row, column) + channel), from, weight);
}

function addTo(to: usize, from: usize, weight: f64): void {
  const factor = f64x2.splat(weight);
  for (let lane: usize = 0; lane < 32; lane += 16) {
    const product = f64x2.mul(v128.load(from + lane), factor);
    v128.store(to + lane, f64x2.add(v128.load(to + lane), product));
  }
}

function giveWindow(step: usize, y: i32, x: i32, channel: i32, from: usize): void {
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
      addTo(coefficientsAt(input, indexOf(input, top + row, left + column) + channel), from, weight);
    }
  }
}

/** Adds a value's coefficients, at `from`, to those of its inputs. */
export function giveAll(step: usize, y: i32, x: i32, channel: i32, from: usize, relaxed: usize): void {
  const operation = field(step, STEP_OPERATION);
  if (operation == ADD) {
    for (let i = 0; i < field(step, STEP_INPUT_COUNT); i++) give(inputOf(step, i), y, x, channel, from, 1.0);
  } else if (operation == AFFINE) {
    give(inputOf(step, 0), y, x, channel, from, weightAt(step, channel));
  } else if (operation == SELECT) {
    give(inputOf(step, 0), y, x, <i32>weightAt(step, channel), from, 1.0);
  } else if (operation == CONCAT) {
    const i = partOf(step, channel);
    give(inputOf(step, i), y, x, channel - partStart, from, 1.0);
  } else if (operation == MAX_POOL) {
    const source = load<i32>(relaxed + RELAXED_SOURCE);
    if (source >= 0) addTo(coefficientsAt(inputOf(step, 0), source), from, 1.0);
  } else if (operation == MULTIPLY) {
    const source = load<i32>(relaxed + RELAXED_SOURCE);
    if (source < 0) return;
    const other = inputOf(step, 1 - source);
    const row = field(other, TENSOR_HEIGHT) == 1 ? 0 : y;
    const column = field(other, TENSOR_WIDTH) == 1 ? 0 : x;
    const factor = load<f64>(cleanAt(other, row, column) + <usize>channel * CLEAN_BYTES + CLEAN_X);
    give(inputOf(step, source), y, x, channel, from, factor);
  } else {
    giveWindow(step, y, x, channel, from);
  }
}
