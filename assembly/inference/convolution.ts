import { count, records, windows } from "./batch";
import {
  LIST_HEADER,
  LIST_OF_BYTES,
  LIST_OF_HALVES,
  MIDDLE_BLOCK,
  NARROW_BLOCK,
  SMALL_BLOCK,
  STEP_BIAS,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OUTPUT,
  STEP_WEIGHTS,
  TENSOR_CHANNELS,
  TENSOR_PITCH,
  TENSOR_VALUES,
  WIDE_BLOCK,
} from "./program";
import { inputOf } from "./propagate";
import { field, follow } from "./state";

// A convolution over a list of positions: one position × one block of output channels at a time,
// their sums in registers. The loop runs over the nonzero input channels only. One row of the kernel
// is done for all positions before the next, so that its weights stay in the first-level cache; the
// sums wait in the output record meanwhile. Whatever the list, each sum adds the same products in
// the same order.

function wideBlock<T>(
  row: i32,
  channel: i32,
  width: i32,
  pitch: i32,
  listed: i32,
  weights: usize,
  tap: i32,
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
    let entry = load<usize>(windows + (i << 2)) + row * pitch;
    let column = weights;
    for (const end = entry + (width << 2); entry < end; entry += 4) {
      const record = load<usize>(entry);
      let at = record + listed + LIST_HEADER;
      for (const last = at + load<u32>(record + listed); at < last; at += sizeof<T>()) {
        const input = (<usize>load<T>(at)) << 2;
        const x = v128.load32_splat(record + input);
        const w = column + (input << 5);
        a = f32x4.add(a, f32x4.mul(x, v128.load(w)));
        b = f32x4.add(b, f32x4.mul(x, v128.load(w, 16)));
        c = f32x4.add(c, f32x4.mul(x, v128.load(w, 32)));
        d = f32x4.add(d, f32x4.mul(x, v128.load(w, 48)));
        e = f32x4.add(e, f32x4.mul(x, v128.load(w, 64)));
        f = f32x4.add(f, f32x4.mul(x, v128.load(w, 80)));
        g = f32x4.add(g, f32x4.mul(x, v128.load(w, 96)));
        h = f32x4.add(h, f32x4.mul(x, v128.load(w, 112)));
      }
      column += tap;
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

function middleBlock<T>(
  row: i32,
  channel: i32,
  width: i32,
  pitch: i32,
  listed: i32,
  weights: usize,
  tap: i32,
  bias: usize,
): void {
  for (let i = 0; i < count; i++) {
    const output = load<usize>(records + (i << 2)) + channel;
    const start = row == 0 ? bias : output;
    let a = v128.load(start);
    let b = v128.load(start, 16);
    let c = v128.load(start, 32);
    let d = v128.load(start, 48);
    let entry = load<usize>(windows + (i << 2)) + row * pitch;
    let column = weights;
    for (const end = entry + (width << 2); entry < end; entry += 4) {
      const record = load<usize>(entry);
      let at = record + listed + LIST_HEADER;
      for (const last = at + load<u32>(record + listed); at < last; at += sizeof<T>()) {
        const input = (<usize>load<T>(at)) << 2;
        const x = v128.load32_splat(record + input);
        const w = column + (input << 4);
        a = f32x4.add(a, f32x4.mul(x, v128.load(w)));
        b = f32x4.add(b, f32x4.mul(x, v128.load(w, 16)));
        c = f32x4.add(c, f32x4.mul(x, v128.load(w, 32)));
        d = f32x4.add(d, f32x4.mul(x, v128.load(w, 48)));
      }
      column += tap;
    }
    v128.store(output, a);
    v128.store(output, b, 16);
    v128.store(output, c, 32);
    v128.store(output, d, 48);
  }
}

function smallBlock<T>(
  row: i32,
  channel: i32,
  width: i32,
  pitch: i32,
  listed: i32,
  weights: usize,
  tap: i32,
  bias: usize,
): void {
  for (let i = 0; i < count; i++) {
    const output = load<usize>(records + (i << 2)) + channel;
    const start = row == 0 ? bias : output;
    let a = v128.load(start);
    let b = v128.load(start, 16);
    let entry = load<usize>(windows + (i << 2)) + row * pitch;
    let column = weights;
    for (const end = entry + (width << 2); entry < end; entry += 4) {
      const record = load<usize>(entry);
      let at = record + listed + LIST_HEADER;
      for (const last = at + load<u32>(record + listed); at < last; at += sizeof<T>()) {
        const input = (<usize>load<T>(at)) << 2;
        const x = v128.load32_splat(record + input);
        const w = column + (input << 3);
        a = f32x4.add(a, f32x4.mul(x, v128.load(w)));
        b = f32x4.add(b, f32x4.mul(x, v128.load(w, 16)));
      }
      column += tap;
    }
    v128.store(output, a);
    v128.store(output, b, 16);
  }
}

function narrowBlock<T>(
  row: i32,
  channel: i32,
  width: i32,
  pitch: i32,
  listed: i32,
  weights: usize,
  tap: i32,
  bias: usize,
): void {
  for (let i = 0; i < count; i++) {
    const output = load<usize>(records + (i << 2)) + channel;
    const start = row == 0 ? bias : output;
    let a = v128.load(start);
    let entry = load<usize>(windows + (i << 2)) + row * pitch;
    let column = weights;
    for (const end = entry + (width << 2); entry < end; entry += 4) {
      const record = load<usize>(entry);
      let at = record + listed + LIST_HEADER;
      for (const last = at + load<u32>(record + listed); at < last; at += sizeof<T>()) {
        const input = (<usize>load<T>(at)) << 2;
        const x = v128.load32_splat(record + input);
        const w = column + (input << 2);
        a = f32x4.add(a, f32x4.mul(x, v128.load(w)));
      }
      column += tap;
    }
    v128.store(output, a);
  }
}

/** Output channels of the next block, where `left` are left. */
export function blockOf(left: i32): i32 {
  if (left >= WIDE_BLOCK) return WIDE_BLOCK;
  if (left >= MIDDLE_BLOCK) return MIDDLE_BLOCK;
  return left >= SMALL_BLOCK ? SMALL_BLOCK : NARROW_BLOCK;
}

function convolveListed<T>(step: usize): void {
  const input = inputOf(step, 0);
  const channels = (field(follow(step, STEP_OUTPUT), TENSOR_CHANNELS) + 3) & ~3;
  const inputChannels = field(input, TENSOR_CHANNELS);
  const height = field(step, STEP_KERNEL_HEIGHT);
  const width = field(step, STEP_KERNEL_WIDTH);
  const pitch = field(input, TENSOR_PITCH);
  const listed = field(input, TENSOR_VALUES);
  const biases = follow(step, STEP_BIAS);
  let weights = follow(step, STEP_WEIGHTS);
  for (let channel = 0; channel < channels; ) {
    const block = blockOf(channels - channel);
    const tap = (inputChannels * block) << 2;
    const at = channel << 2;
    const bias = biases + at;
    for (let row = 0; row < height; row++) {
      if (block == WIDE_BLOCK) wideBlock<T>(row, at, width, pitch, listed, weights, tap, bias);
      else if (block == MIDDLE_BLOCK) middleBlock<T>(row, at, width, pitch, listed, weights, tap, bias);
      else if (block == SMALL_BLOCK) smallBlock<T>(row, at, width, pitch, listed, weights, tap, bias);
      else narrowBlock<T>(row, at, width, pitch, listed, weights, tap, bias);
      weights += width * tap;
    }
    channel += block;
  }
}

/** Computes the batch of a convolution from the lists of its input. */
export function convolve(step: usize): void {
  const channels = field(inputOf(step, 0), TENSOR_CHANNELS);
  if (channels <= LIST_OF_BYTES) convolveListed<u8>(step);
  else if (channels <= LIST_OF_HALVES) convolveListed<u16>(step);
  else convolveListed<u32>(step);
}
