import {
  CLEAN_BYTES,
  CLEAN_Z,
  CLEAN_Z_ERROR,
  FORM_BYTES,
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
import { at, cleanAt, field, follow, formAt, indexOf, isCleanPass, isWhole, relaxedAt } from "./state";

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

/** A convolution, one output position and two output channels at a time. */
export function convolve(step: usize): void {
  const input = inputOf(step, 0);
  const output = at(field(step, STEP_OUTPUT));
  const channels = field(output, TENSOR_CHANNELS);
  const rowBytes = (<usize>((channels + 1) & ~1)) << 3;
  const list = follow(at(0), HEADER_SCRATCH);
  const top = field(output, TENSOR_TOP);
  const left = field(output, TENSOR_LEFT);
  for (let y = top; y < top + field(output, TENSOR_ROWS); y++) {
    for (let x = left; x < left + field(output, TENSOR_COLUMNS); x++) {
      const end = listInputs(step, input, y, x, list, rowBytes);
      const index = indexOf(output, y, x);
      let form = formAt(output, index);
      let relaxed = relaxedAt(output, index);
      let clean = cleanAt(output, y, x);
      for (let channel = 0; channel < channels; channel += 2) {
        let c = f64x2.splat(0);
        let a1 = c;
        let a2 = c;
        let a3 = c;
        let e = c;
        let m = c;
        const offset = (<usize>channel) << 3;
        for (let entry = list; entry < end; entry += 8) {
          const from = load<usize>(entry);
          const weight = v128.load(load<usize>(entry + 4) + offset);
          const size = f64x2.abs(weight);
          c = f64x2.add(c, f64x2.mul(weight, v128.load64_splat(from)));
          a1 = f64x2.add(a1, f64x2.mul(weight, v128.load64_splat(from, 8)));
          a2 = f64x2.add(a2, f64x2.mul(weight, v128.load64_splat(from, 16)));
          a3 = f64x2.add(a3, f64x2.mul(weight, v128.load64_splat(from, 24)));
          e = f64x2.add(e, f64x2.mul(size, v128.load64_splat(from, 32)));
          m = f64x2.add(m, f64x2.mul(size, v128.load64_splat(from, 40)));
        }
        setSum(
          f64x2.extract_lane(c, 0),
          f64x2.extract_lane(a1, 0),
          f64x2.extract_lane(a2, 0),
          f64x2.extract_lane(a3, 0),
          f64x2.extract_lane(e, 0),
          f64x2.extract_lane(m, 0),
        );
        finishSum(step, clean, form, relaxed, channel, 0);
        form += FORM_BYTES;
        clean += CLEAN_BYTES;
        relaxed += RELAXED_BYTES;
        if (channel + 1 < channels) {
          setSum(
            f64x2.extract_lane(c, 1),
            f64x2.extract_lane(a1, 1),
            f64x2.extract_lane(a2, 1),
            f64x2.extract_lane(a3, 1),
            f64x2.extract_lane(e, 1),
            f64x2.extract_lane(m, 1),
          );
          finishSum(step, clean, form, relaxed, channel + 1, 0);
          form += FORM_BYTES;
          clean += CLEAN_BYTES;
          relaxed += RELAXED_BYTES;
        }
      }
    }
  }
}
