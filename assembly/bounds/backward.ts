import { CONVOLUTION } from "../inference/program";
import { giveAll } from "./giving";
import {
  ANSWER_A,
  ANSWER_BOUND,
  ANSWER_BYTES,
  ANSWER_ROUNDING,
  CLEAN_BYTES,
  CLEAN_X,
  FORM_A,
  FORM_BYTES,
  FORM_C,
  FORM_E,
  FORM_M,
  HEADER_ANSWER,
  HEADER_OUTPUT,
  HEADER_QUESTION,
  HEADER_STEPS,
  HEADER_STEP_COUNT,
  HEADER_TENSORS,
  HEADER_TENSOR_COUNT,
  LANES,
  RELAXED_BYTES,
  RELAXED_CENTRE,
  RELAXED_LOWER,
  RELAXED_REST,
  RELAXED_SPREAD,
  RELAXED_UPPER,
  STEP_BYTES,
  STEP_OPERATION,
  STEP_OUTPUT,
  TENSOR_BYTES,
  TENSOR_CHANNELS,
  TENSOR_COLUMNS,
  TENSOR_LEFT,
  TENSOR_ROWS,
  TENSOR_TOP,
} from "./program";
import { at, cleanAt, coefficientsAt, field, follow, formAt, indexOf, relaxedAt } from "./state";
import { transpose } from "./transposed";

// The lower bounds of LANES differences of labels, as linear functions of ever earlier values (CROWN: Zhang et al. 2018,
// arXiv 1811.00866), down to the colour. Two vectors hold the four lanes.

const constants = memory.data(32, 16);
/** The sizes of everything that was added up, for what that lost. */
const sizes = memory.data(32, 16);

/** What rounding takes from the bounds. */
const roundings = memory.data(32, 16);

/** Larger than what the sums of one backward pass can lose, as a part of what was added up. */
const SLACK: f64 = 1.4551915228366852e-11; // 2^-36

/** Adds `each` to the constants, and its size to the sizes. */
function addConstants(lane: usize, each: v128): void {
  v128.store(constants + lane, f64x2.add(v128.load(constants + lane), each));
  addSizes(lane, f64x2.abs(each));
}

function addSizes(lane: usize, each: v128): void {
  v128.store(sizes + lane, f64x2.add(v128.load(sizes + lane), each));
}

/** Replaces the coefficients of a step's outputs by those of what its activation reads. */
function throughActivations(output: usize, isLabels: bool): void {
  const count = field(output, TENSOR_CHANNELS);
  const top = field(output, TENSOR_TOP);
  const left = field(output, TENSOR_LEFT);
  const zero = f64x2.splat(0);
  for (let y = top; y < top + field(output, TENSOR_ROWS); y++) {
    for (let x = left; x < left + field(output, TENSOR_COLUMNS); x++) {
      const index = indexOf(output, y, x);
      let coefficients = coefficientsAt(output, index);
      let relaxed = relaxedAt(output, index);
      let form = formAt(output, index);
      let clean = cleanAt(output, y, x);
      for (let channel = 0; channel < count; channel++) {
        const value = isLabels ? 0.0 : load<f64>(clean + CLEAN_X);
        const size = load<f64>(form + FORM_M) + abs(value);
        for (let lane: usize = 0; lane < 32; lane += 16) {
          const k = v128.load(coefficients + lane);
          const positive = f64x2.ge(k, zero);
          const slope = v128.bitselect(
            v128.load64_splat(relaxed, RELAXED_LOWER),
            v128.load64_splat(relaxed, RELAXED_UPPER),
            positive,
          );
          const shift = v128.bitselect(
            v128.load64_splat(relaxed, RELAXED_LOWER + 8),
            v128.load64_splat(relaxed, RELAXED_UPPER + 8),
            positive,
          );
          addConstants(lane, f64x2.mul(k, f64x2.sub(shift, f64x2.splat(value))));
          addSizes(lane, f64x2.mul(f64x2.abs(k), f64x2.splat(size)));
          const z = f64x2.mul(k, slope);
          addConstants(lane, f64x2.mul(z, v128.load64_splat(relaxed, RELAXED_CENTRE)));
          const rest = f64x2.mul(f64x2.abs(z), v128.load64_splat(relaxed, RELAXED_REST));
          v128.store(roundings + lane, f64x2.add(v128.load(roundings + lane), rest));
          addConstants(lane, f64x2.mul(f64x2.min(z, zero), v128.load64_splat(relaxed, RELAXED_SPREAD)));
          v128.store(coefficients + lane, z);
        }
        coefficients += LANES << 3;
        relaxed += RELAXED_BYTES;
        form += FORM_BYTES;
        clean += CLEAN_BYTES;
      }
    }
  }
}

function throughStep(step: usize, output: usize): void {
  if (field(step, STEP_OPERATION) == CONVOLUTION) return transpose(step);
  const count = field(output, TENSOR_CHANNELS);
  const top = field(output, TENSOR_TOP);
  const left = field(output, TENSOR_LEFT);
  for (let y = top; y < top + field(output, TENSOR_ROWS); y++) {
    for (let x = left; x < left + field(output, TENSOR_COLUMNS); x++) {
      const index = indexOf(output, y, x);
      for (let channel = 0; channel < count; channel++) {
        giveAll(
          step,
          y,
          x,
          channel,
          coefficientsAt(output, index + channel),
          relaxedAt(output, index + channel),
        );
      }
    }
  }
}

function clear(tensor: usize): void {
  const count = field(tensor, TENSOR_ROWS) * field(tensor, TENSOR_COLUMNS) * field(tensor, TENSOR_CHANNELS);
  if (count > 0) memory.fill(coefficientsAt(tensor, 0), 0, <usize>count * (LANES << 3));
}

/** The bounds at the image, whose forms are those of the colour itself. */
function answer(image: usize, answers: usize): void {
  const count = field(image, TENSOR_ROWS) * field(image, TENSOR_COLUMNS) * field(image, TENSOR_CHANNELS);
  for (let lane: usize = 0; lane < <usize>LANES; lane++) {
    let bound = load<f64>(constants + (lane << 3));
    let size = load<f64>(sizes + (lane << 3));
    let rounding = load<f64>(roundings + (lane << 3));
    const to = answers + lane * ANSWER_BYTES;
    memory.fill(to, 0, ANSWER_BYTES);
    for (let i = 0; i < count; i++) {
      const form = formAt(image, i);
      const k = load<f64>(coefficientsAt(image, i) + (lane << 3));
      bound += k * load<f64>(form + FORM_C);
      rounding += abs(k) * load<f64>(form + FORM_E);
      size += abs(k) * load<f64>(form + FORM_M) * 4.0;
      for (let d: usize = 0; d < 24; d += 8) {
        const slope = load<f64>(to + ANSWER_A + d) + k * load<f64>(form + FORM_A + d);
        store<f64>(to + ANSWER_A + d, slope);
      }
    }
    for (let d: usize = 0; d < 24; d += 8) bound -= abs(load<f64>(to + ANSWER_A + d));
    rounding += (size + rounding) * SLACK;
    store<f64>(to + ANSWER_BOUND, bound - rounding);
    store<f64>(to + ANSWER_ROUNDING, rounding);
  }
}

/** Bounds the differences in the question from below, by the relaxations that the forward pass has left. */
export function boundBackward(network: usize): void {
  const output = at(field(network, HEADER_OUTPUT));
  const question = follow(network, HEADER_QUESTION);
  const label = load<i32>(question);
  for (let i = 0; i < field(network, HEADER_TENSOR_COUNT); i++) {
    clear(at(field(network, HEADER_TENSORS)) + <usize>i * TENSOR_BYTES);
  }
  memory.fill(constants, 0, 32);
  memory.fill(sizes, 0, 32);
  memory.fill(roundings, 0, 32);
  for (let lane = 0; lane < LANES; lane++) {
    const other = load<i32>(question + ((<usize>lane + 1) << 2));
    const place = (<usize>lane) << 3;
    store<f64>(coefficientsAt(output, label) + place, 1.0);
    store<f64>(coefficientsAt(output, other) + place, -1.0);
  }
  let step = at(field(network, HEADER_STEPS)) + <usize>(field(network, HEADER_STEP_COUNT) - 1) * STEP_BYTES;
  for (let i = field(network, HEADER_STEP_COUNT); i > 0; i--) {
    const tensor = at(field(step, STEP_OUTPUT));
    if (field(tensor, TENSOR_ROWS) > 0 && field(tensor, TENSOR_COLUMNS) > 0) {
      throughActivations(tensor, tensor == output);
      throughStep(step, tensor);
    }
    step -= STEP_BYTES;
  }
  answer(at(field(network, HEADER_TENSORS)), follow(network, HEADER_ANSWER));
}
