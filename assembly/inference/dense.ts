import { count, records, windows } from "./batch";
import { blockOf } from "./convolution";
import {
  MIDDLE_BLOCK,
  SMALL_BLOCK,
  STEP_BIAS,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OUTPUT,
  STEP_WEIGHTS,
  TENSOR_CHANNELS,
  TENSOR_PITCH,
  WIDE_BLOCK,
} from "./program";
import { inputOf } from "./propagate";
import { field, follow } from "./state";

// A convolution whose input has hardly any zeros: as in convolution.ts, but over all input channels, which takes no
// list. A product that is zero changes no sum, so the bits are the same. Rows of the
// kernel are done together where a block's weights are few.

/** Bytes of weights that stay in the first-level cache beside the records. */
const FEW_WEIGHTS = 0x4000;

function wideBlock(
  row: i32,
  rows: i32,
  channel: i32,
  width: i32,
  pitch: i32,
  bytes: i32,
  weights: usize,
  bias: usize,
): void {
  for (let i = 0; i < count; i++) {
    const output = load<usize>(records + (i << 2)) + channel;
    const start = row == 0 ? bias : output;
    let a = v128.load(start);
    let b = v128.load(start, 16);
    let c = v128.load(start, 32);
    let d = v128.load(start, 48);
    let e = v128.load(start, 64);
    let f = v128.load(start, 80);
    let g = v128.load(start, 96);
    let h = v128.load(start, 112);
    let line = load<usize>(windows + (i << 2)) + row * pitch;
    let w = weights;
    for (const below = line + rows * pitch; line < below; line += pitch) {
      let entry = line;
      for (const end = entry + (width << 2); entry < end; entry += 4) {
        let at = load<usize>(entry);
        for (const last = at + bytes; at < last; at += 4) {
          const x = v128.load32_splat(at);
          a = f32x4.add(a, f32x4.mul(x, v128.load(w)));
          b = f32x4.add(b, f32x4.mul(x, v128.load(w, 16)));
          c = f32x4.add(c, f32x4.mul(x, v128.load(w, 32)));
          d = f32x4.add(d, f32x4.mul(x, v128.load(w, 48)));
          e = f32x4.add(e, f32x4.mul(x, v128.load(w, 64)));
          f = f32x4.add(f, f32x4.mul(x, v128.load(w, 80)));
          g = f32x4.add(g, f32x4.mul(x, v128.load(w, 96)));
          h = f32x4.add(h, f32x4.mul(x, v128.load(w, 112)));
          w += 128;
        }
      }
    }
    v128.store(output, a);
    v128.store(output, b, 16);
    v128.store(output, c, 32);
    v128.store(output, d, 48);
    v128.store(output, e, 64);
    v128.store(output, f, 80);
    v128.store(output, g, 96);
    v128.store(output, h, 112);
  }
}

function middleBlock(
  row: i32,
  rows: i32,
  channel: i32,
  width: i32,
  pitch: i32,
  bytes: i32,
  weights: usize,
  bias: usize,
): void {
  for (let i = 0; i < count; i++) {
    const output = load<usize>(records + (i << 2)) + channel;
    const start = row == 0 ? bias : output;
    let a = v128.load(start);
    let b = v128.load(start, 16);
    let c = v128.load(start, 32);
    let d = v128.load(start, 48);
    let line = load<usize>(windows + (i << 2)) + row * pitch;
    let w = weights;
    for (const below = line + rows * pitch; line < below; line += pitch) {
      let entry = line;
      for (const end = entry + (width << 2); entry < end; entry += 4) {
        let at = load<usize>(entry);
        for (const last = at + bytes; at < last; at += 4) {
          const x = v128.load32_splat(at);
          a = f32x4.add(a, f32x4.mul(x, v128.load(w)));
          b = f32x4.add(b, f32x4.mul(x, v128.load(w, 16)));
          c = f32x4.add(c, f32x4.mul(x, v128.load(w, 32)));
          d = f32x4.add(d, f32x4.mul(x, v128.load(w, 48)));
          w += 64;
        }
      }
    }
    v128.store(output, a);
    v128.store(output, b, 16);
    v128.store(output, c, 32);
    v128.store(output, d, 48);
  }
}

function smallBlock(
  row: i32,
  rows: i32,
  channel: i32,
  width: i32,
  pitch: i32,
  bytes: i32,
  weights: usize,
  bias: usize,
): void {
  for (let i = 0; i < count; i++) {
    const output = load<usize>(records + (i << 2)) + channel;
    const start = row == 0 ? bias : output;
    let a = v128.load(start);
    let b = v128.load(start, 16);
    let line = load<usize>(windows + (i << 2)) + row * pitch;
    let w = weights;
    for (const below = line + rows * pitch; line < below; line += pitch) {
      let entry = line;
      for (const end = entry + (width << 2); entry < end; entry += 4) {
        let at = load<usize>(entry);
        for (const last = at + bytes; at < last; at += 4) {
          const x = v128.load32_splat(at);
          a = f32x4.add(a, f32x4.mul(x, v128.load(w)));
          b = f32x4.add(b, f32x4.mul(x, v128.load(w, 16)));
          w += 32;
        }
      }
    }
    v128.store(output, a);
    v128.store(output, b, 16);
  }
}

function narrowBlock(
  row: i32,
  rows: i32,
  channel: i32,
  width: i32,
  pitch: i32,
  bytes: i32,
  weights: usize,
  bias: usize,
): void {
  for (let i = 0; i < count; i++) {
    const output = load<usize>(records + (i << 2)) + channel;
    const start = row == 0 ? bias : output;
    let a = v128.load(start);
    let line = load<usize>(windows + (i << 2)) + row * pitch;
    let w = weights;
    for (const below = line + rows * pitch; line < below; line += pitch) {
      let entry = line;
      for (const end = entry + (width << 2); entry < end; entry += 4) {
        let at = load<usize>(entry);
        for (const last = at + bytes; at < last; at += 4) {
          const x = v128.load32_splat(at);
          a = f32x4.add(a, f32x4.mul(x, v128.load(w)));
          w += 16;
        }
      }
    }
    v128.store(output, a);
  }
}

/** Rows of a kernel of `height` that are done at once. */
function rowsAtOnce(height: i32, bytes: i32): i32 {
  return height * bytes <= FEW_WEIGHTS ? height : 1;
}

/** Computes the batch of a convolution from all values of its input. */
export function convolveDense(step: usize): void {
  const input = inputOf(step, 0);
  const channels = (field(follow(step, STEP_OUTPUT), TENSOR_CHANNELS) + 3) & ~3;
  const bytes = field(input, TENSOR_CHANNELS) << 2;
  const height = field(step, STEP_KERNEL_HEIGHT);
  const width = field(step, STEP_KERNEL_WIDTH);
  const pitch = field(input, TENSOR_PITCH);
  const biases = follow(step, STEP_BIAS);
  let weights = follow(step, STEP_WEIGHTS);
  for (let channel = 0; channel < channels; ) {
    const block = blockOf(channels - channel);
    const at = channel << 2;
    const bias = biases + at;
    const rows = rowsAtOnce(height, width * bytes * block);
    for (let row = 0; row < height; row += rows) {
      if (block == WIDE_BLOCK) wideBlock(row, rows, at, width, pitch, bytes, weights, bias);
      else if (block == MIDDLE_BLOCK) middleBlock(row, rows, at, width, pitch, bytes, weights, bias);
      else if (block == SMALL_BLOCK) smallBlock(row, rows, at, width, pitch, bytes, weights, bias);
      else narrowBlock(row, rows, at, width, pitch, bytes, weights, bias);
      weights += rows * width * bytes * block;
    }
    channel += block;
  }
}
