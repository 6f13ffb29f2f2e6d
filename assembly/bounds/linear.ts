import {
  CLEAN_BYTES,
  CLEAN_Z,
  CLEAN_Z_ERROR,
  FORM_A,
  FORM_BYTES,
  FORM_C,
  FORM_E,
  FORM_M,
  HEADER_SCRATCH,
  RELAXED_BYTES,
  STEP_BIAS,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OUTPUT,
  STEP_PAD_LEFT,
  STEP_PAD_TOP,
  STEP_ROUNDING,
  STEP_STRIDE_X,
  STEP_STRIDE_Y,
  STEP_WEIGHTS,
  TENSOR_CHANNELS,
  TENSOR_COLUMNS,
  TENSOR_LEFT,
  TENSOR_ROWS,
  TENSOR_TOP,
} from "./program";
import { finish, setSum, sumM } from "./finish";
import { inputOf } from "./region";
import {
  at,
  cleanAt,
  field,
  follow,
  formAt,
  indexOf,
  isCleanPass,
  isGrey,
  isWhole,
  relaxedAt,
} from "./state";

// Sums of products: convolutions, and what finishes any linear step.

/** Where the sum of a value starts: z of the clean image, or its bias in the clean pass; and how far it may be off. */
export let start: f64 = 0;
export let startError: f64 = 0;

export function startAt(step: usize, clean: usize, channel: i32): void {
  const bias = follow(step, STEP_BIAS) + ((<usize>channel) << 4);
  start = load<f64>(isCleanPass ? bias : clean + CLEAN_Z);
  const own = load<f64>(bias + 8) + load<f64>(step + STEP_ROUNDING) * abs(load<f64>(bias));
  startError = isCleanPass || isWhole ? own : load<f64>(clean + CLEAN_Z_ERROR);
}

/** Finishes a value of a linear step from the sum of its products. */
export function finishSum(
  step: usize,
  clean: usize,
  form: usize,
  relaxed: usize,
  channel: i32,
  source: i32,
): void {
  startAt(step, clean, channel);
  const rest = startError + load<f64>(step + STEP_ROUNDING) * sumM;
  finish(step, clean, form, relaxed, start, rest, 0.0, source);
}

/** Lists the inputs of a window that are not exactly as they were: a form and a row of weights each. Returns the end. */
function listInputs(step: usize, input: usize, y: i32, x: i32, list: usize, rowBytes: usize): usize {
  const kernelHeight = field(step, STEP_KERNEL_HEIGHT);
  const kernelWidth = field(step, STEP_KERNEL_WIDTH);
  const channels = field(input, TENSOR_CHANNELS);
  const top = y * field(step, STEP_STRIDE_Y) - field(step, STEP_PAD_TOP);
  const left = x * field(step, STEP_STRIDE_X) - field(step, STEP_PAD_LEFT);
  const firstRow = max(0, field(input, TENSOR_TOP) - top);
  const lastRow = min(kernelHeight, field(input, TENSOR_TOP) + field(input, TENSOR_ROWS) - top);
  const firstColumn = max(0, field(input, TENSOR_LEFT) - left);
  const lastColumn = min(kernelWidth, field(input, TENSOR_LEFT) + field(input, TENSOR_COLUMNS) - left);
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      let form = formAt(input, indexOf(input, top + row, left + column));
      let weights = follow(step, STEP_WEIGHTS) + <usize>((row * kernelWidth + column) * channels) * rowBytes;
      for (let i = 0; i < channels; i++) {
        if (load<f64>(form + FORM_M) != 0.0) {
          store<usize>(list, form);
          store<usize>(list + 4, weights);
          list += 8;
        }
        form += FORM_BYTES;
        weights += rowBytes;
      }
    }
  }
  return list;
}

/** The sums of four output channels: c, a₁, a₂, a₃, e and m, two vectors each. */
const sums = memory.data(192, 16);

/** Sums up the listed inputs for four output channels, the first of which is at `offset` in a row of weights. */
function sumColour(list: usize, end: usize, offset: usize): void {
  let c = f64x2.splat(0);
  let a1 = c;
  let a2 = c;
  let a3 = c;
  let e = c;
  let m = c;
  let c2 = c;
  let a12 = c;
  let a22 = c;
  let a32 = c;
  let e2 = c;
  let m2 = c;
  for (let entry = list; entry < end; entry += 8) {
    const from = load<usize>(entry);
    const row = load<usize>(entry + 4) + offset;
    let first = v128.load(row);
    let second = v128.load(row, 16);
    let value = v128.load64_splat(from, FORM_C);
    c = f64x2.add(c, f64x2.mul(first, value));
    c2 = f64x2.add(c2, f64x2.mul(second, value));
    value = v128.load64_splat(from, FORM_A);
    a1 = f64x2.add(a1, f64x2.mul(first, value));
    a12 = f64x2.add(a12, f64x2.mul(second, value));
    value = v128.load64_splat(from, FORM_A + 8);
    a2 = f64x2.add(a2, f64x2.mul(first, value));
    a22 = f64x2.add(a22, f64x2.mul(second, value));
    value = v128.load64_splat(from, FORM_A + 16);
    a3 = f64x2.add(a3, f64x2.mul(first, value));
    a32 = f64x2.add(a32, f64x2.mul(second, value));
    first = f64x2.abs(first);
    second = f64x2.abs(second);
    value = v128.load64_splat(from, FORM_E);
    e = f64x2.add(e, f64x2.mul(first, value));
    e2 = f64x2.add(e2, f64x2.mul(second, value));
    value = v128.load64_splat(from, FORM_M);
    m = f64x2.add(m, f64x2.mul(first, value));
    m2 = f64x2.add(m2, f64x2.mul(second, value));
  }
  keep(0, c, c2);
  keep(32, a1, a12);
  keep(64, a2, a22);
  keep(96, a3, a32);
  keep(128, e, e2);
  keep(160, m, m2);
}

/** The same for a greyscale image, whose forms have one slope. */
function sumGrey(list: usize, end: usize, offset: usize): void {
  let c = f64x2.splat(0);
  let a = c;
  let e = c;
  let m = c;
  let c2 = c;
  let a2 = c;
  let e2 = c;
  let m2 = c;
  for (let entry = list; entry < end; entry += 8) {
    const from = load<usize>(entry);
    const row = load<usize>(entry + 4) + offset;
    let first = v128.load(row);
    let second = v128.load(row, 16);
    let value = v128.load64_splat(from, FORM_C);
    c = f64x2.add(c, f64x2.mul(first, value));
    c2 = f64x2.add(c2, f64x2.mul(second, value));
    value = v128.load64_splat(from, FORM_A);
    a = f64x2.add(a, f64x2.mul(first, value));
    a2 = f64x2.add(a2, f64x2.mul(second, value));
    first = f64x2.abs(first);
    second = f64x2.abs(second);
    value = v128.load64_splat(from, FORM_E);
    e = f64x2.add(e, f64x2.mul(first, value));
    e2 = f64x2.add(e2, f64x2.mul(second, value));
    value = v128.load64_splat(from, FORM_M);
    m = f64x2.add(m, f64x2.mul(first, value));
    m2 = f64x2.add(m2, f64x2.mul(second, value));
  }
  keep(0, c, c2);
  keep(32, a, a2);
  keep(128, e, e2);
  keep(160, m, m2);
}

function keep(at: usize, first: v128, second: v128): void {
  v128.store(sums + at, first);
  v128.store(sums + at, second, 16);
}

function setSums(lane: usize): void {
  const at = sums + (lane << 3);
  const c = load<f64>(at);
  setSum(c, load<f64>(at, 32), load<f64>(at, 64), load<f64>(at, 96), load<f64>(at, 128), load<f64>(at, 160));
}

/** A convolution, one output position and four output channels at a time. */
export function convolve(step: usize): void {
  const input = inputOf(step, 0);
  const output = at(field(step, STEP_OUTPUT));
  const channels = field(output, TENSOR_CHANNELS);
  const rowBytes = (<usize>((channels + 3) & ~3)) << 3;
  const list = follow(at(0), HEADER_SCRATCH);
  const top = field(output, TENSOR_TOP);
  const left = field(output, TENSOR_LEFT);
  memory.fill(sums, 0, 192);
  for (let y = top; y < top + field(output, TENSOR_ROWS); y++) {
    for (let x = left; x < left + field(output, TENSOR_COLUMNS); x++) {
      const end = listInputs(step, input, y, x, list, rowBytes);
      const index = indexOf(output, y, x);
      let form = formAt(output, index);
      let relaxed = relaxedAt(output, index);
      let clean = cleanAt(output, y, x);
      for (let channel = 0; channel < channels; channel += 4) {
        if (isGrey) sumGrey(list, end, (<usize>channel) << 3);
        else sumColour(list, end, (<usize>channel) << 3);
        for (let lane = 0; lane < min(4, channels - channel); lane++) {
          setSums(lane);
          finishSum(step, clean, form, relaxed, channel + lane, 0);
          form += FORM_BYTES;
          clean += CLEAN_BYTES;
          relaxed += RELAXED_BYTES;
        }
      }
    }
  }
}
