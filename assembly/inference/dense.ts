import { count, records } from "./batch";
import { blockOf, columnsAtOnce, rowsAtOnce } from "./convolution";
import { gatherEntries, gatherWindows, PART_BYTES, PART_VALUES, parts, partsOfRow } from "./gather";
import {
  LIST_OF_BYTES,
  LIST_OF_HALVES,
  MIDDLE_BLOCK,
  SMALL_BLOCK,
  STEP_BIAS,
  STEP_DENSE,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OUTPUT,
  STEP_STRIDE_X,
  STEP_WEIGHTS,
  TENSOR_CHANNELS,
  TENSOR_HEIGHT,
  TENSOR_PITCH,
  TENSOR_VALUES,
  TENSOR_WIDTH,
  WIDE_BLOCK,
} from "./program";
import { inputOf } from "./propagate";
import { field, follow, originOf } from "./state";

// A convolution whose input has hardly any zeros: as in convolution.ts, but over all values, which takes no list. A product
// that is zero changes no sum, so the bits are the same. Eight vectors of sums are in registers: those of several positions
// where a block has fewer channels, so that a sum need not wait for itself. Rows of the kernel are done together where
// a block's weights are few.

/** Bytes of weights that stay in the first-level cache beside the values. */
const FEW_WEIGHTS = 0x4000;

/** The record of the position at index `i`, or of the last one. */
function recordOf(i: i32, end: i32): usize {
  return load<usize>(records + (min(i, end - 1) << 2));
}

/** The part of the position at index `i`, or of the last one. */
function partOf(i: i32, first: i32, end: i32, parts: usize): usize {
  return parts + (min(i, end - 1) - first) * PART_BYTES;
}

/**
 * Adds the gathered parts of sizeof<P>() positions from index `i` on to their sums of one block, of sizeof<V>() vectors.
 * Where fewer positions are left, the last one is computed several times. Without a bias the sums go on. Sum k is that of
 * vector k % V of position k / V: what it shares with a sum before it is the same local.
 */
function addGroup<V, P>(
  i: i32,
  first: i32,
  end: i32,
  from: usize,
  rows: i32,
  bytes: i32,
  channel: i32,
  weights: usize,
  bias: usize,
): void {
  const record0 = recordOf(i, end) + channel;
  const record1 = sizeof<V>() == 1 ? recordOf(i + 1 / sizeof<V>(), end) + channel : record0;
  const record2 = sizeof<V>() <= 2 ? recordOf(i + 2 / sizeof<V>(), end) + channel : record0;
  const record3 = sizeof<V>() == 1 ? recordOf(i + 3 / sizeof<V>(), end) + channel : record2;
  const record4 = sizeof<V>() <= 4 ? recordOf(i + 4 / sizeof<V>(), end) + channel : record0;
  const record5 = sizeof<V>() == 1 ? recordOf(i + 5 / sizeof<V>(), end) + channel : record4;
  const record6 = sizeof<V>() <= 2 ? recordOf(i + 6 / sizeof<V>(), end) + channel : record4;
  const record7 = sizeof<V>() == 1 ? recordOf(i + 7 / sizeof<V>(), end) + channel : record6;
  let a = v128.load(bias ? bias : record0, (0 % sizeof<V>()) << 4);
  let b = v128.load(bias ? bias : record1, (1 % sizeof<V>()) << 4);
  let c = v128.load(bias ? bias : record2, (2 % sizeof<V>()) << 4);
  let d = v128.load(bias ? bias : record3, (3 % sizeof<V>()) << 4);
  let e = v128.load(bias ? bias : record4, (4 % sizeof<V>()) << 4);
  let f = v128.load(bias ? bias : record5, (5 % sizeof<V>()) << 4);
  let g = v128.load(bias ? bias : record6, (6 % sizeof<V>()) << 4);
  let h = v128.load(bias ? bias : record7, (7 % sizeof<V>()) << 4);
  let part0 = partOf(i, first, end, from);
  const step1 = sizeof<V>() == 1 ? partOf(i + 1 / sizeof<V>(), first, end, from) - part0 : 0;
  const step2 = sizeof<V>() <= 2 ? partOf(i + 2 / sizeof<V>(), first, end, from) - part0 : 0;
  const step3 = sizeof<V>() == 1 ? partOf(i + 3 / sizeof<V>(), first, end, from) - part0 : 0;
  const step4 = sizeof<V>() <= 4 ? partOf(i + 4 / sizeof<V>(), first, end, from) - part0 : 0;
  const step5 = sizeof<V>() == 1 ? partOf(i + 5 / sizeof<V>(), first, end, from) - part0 : 0;
  const step6 = sizeof<V>() <= 2 ? partOf(i + 6 / sizeof<V>(), first, end, from) - part0 : 0;
  const step7 = sizeof<V>() == 1 ? partOf(i + 7 / sizeof<V>(), first, end, from) - part0 : 0;
  let w = weights;
  for (let row = 0; row < rows; row++) {
    const row0 = load<usize>(part0, PART_VALUES);
    const row1 = sizeof<V>() == 1 ? load<usize>(part0 + step1, PART_VALUES) : row0;
    const row2 = sizeof<V>() <= 2 ? load<usize>(part0 + step2, PART_VALUES) : row0;
    const row3 = sizeof<V>() == 1 ? load<usize>(part0 + step3, PART_VALUES) : row0;
    const row4 = sizeof<V>() <= 4 ? load<usize>(part0 + step4, PART_VALUES) : row0;
    const row5 = sizeof<V>() == 1 ? load<usize>(part0 + step5, PART_VALUES) : row0;
    const row6 = sizeof<V>() <= 2 ? load<usize>(part0 + step6, PART_VALUES) : row0;
    const row7 = sizeof<V>() == 1 ? load<usize>(part0 + step7, PART_VALUES) : row0;
    for (let at = 0; at < bytes; at += 4) {
      const x0 = v128.load32_splat(row0 + at);
      const x1 = sizeof<V>() == 1 ? v128.load32_splat(row1 + at) : x0;
      const x2 = sizeof<V>() <= 2 ? v128.load32_splat(row2 + at) : x0;
      const x3 = sizeof<V>() == 1 ? v128.load32_splat(row3 + at) : x2;
      const x4 = sizeof<V>() <= 4 ? v128.load32_splat(row4 + at) : x0;
      const x5 = sizeof<V>() == 1 ? v128.load32_splat(row5 + at) : x4;
      const x6 = sizeof<V>() <= 2 ? v128.load32_splat(row6 + at) : x4;
      const x7 = sizeof<V>() == 1 ? v128.load32_splat(row7 + at) : x6;
      const w0 = v128.load(w);
      const w1 = sizeof<V>() > 1 ? v128.load(w, 16) : w0;
      const w2 = sizeof<V>() > 2 ? v128.load(w, 32) : w0;
      const w3 = sizeof<V>() > 2 ? v128.load(w, 48) : w1;
      const w4 = sizeof<V>() > 4 ? v128.load(w, 64) : w0;
      const w5 = sizeof<V>() > 4 ? v128.load(w, 80) : w1;
      const w6 = sizeof<V>() > 4 ? v128.load(w, 96) : w2;
      const w7 = sizeof<V>() > 4 ? v128.load(w, 112) : w3;
      a = f32x4.add(a, f32x4.mul(x0, w0));
      if (sizeof<V>() * sizeof<P>() > 1) b = f32x4.add(b, f32x4.mul(x1, w1));
      if (sizeof<V>() * sizeof<P>() > 2) {
        c = f32x4.add(c, f32x4.mul(x2, w2));
        d = f32x4.add(d, f32x4.mul(x3, w3));
      }
      if (sizeof<V>() * sizeof<P>() > 4) {
        e = f32x4.add(e, f32x4.mul(x4, w4));
        f = f32x4.add(f, f32x4.mul(x5, w5));
        g = f32x4.add(g, f32x4.mul(x6, w6));
        h = f32x4.add(h, f32x4.mul(x7, w7));
      }
      w += sizeof<V>() << 4;
    }
    part0 += partsOfRow;
  }
  v128.store(record0, a);
  if (sizeof<V>() * sizeof<P>() > 1) v128.store(record1, b, (1 % sizeof<V>()) << 4);
  if (sizeof<V>() * sizeof<P>() > 2) {
    v128.store(record2, c, (2 % sizeof<V>()) << 4);
    v128.store(record3, d, (3 % sizeof<V>()) << 4);
  }
  if (sizeof<V>() * sizeof<P>() > 4) {
    v128.store(record4, e, (4 % sizeof<V>()) << 4);
    v128.store(record5, f, (5 % sizeof<V>()) << 4);
    v128.store(record6, g, (6 % sizeof<V>()) << 4);
    v128.store(record7, h, (7 % sizeof<V>()) << 4);
  }
}

/** Adds the gathered parts of all positions to their sums of one block, for which there are registers at sizeof<P>() positions. */
function addDense<V, P>(
  first: i32,
  end: i32,
  from: usize,
  rows: i32,
  bytes: i32,
  channel: i32,
  weights: usize,
  bias: usize,
): void {
  let i = first;
  for (; i + 1 < end; i += sizeof<P>())
    addGroup<V, P>(i, first, end, from, rows, bytes, channel, weights, bias);
  if (i < end) addGroup<V, u8>(i, first, end, from, rows, bytes, channel, weights, bias);
}

/** Computes the batch of a convolution from all values of its input. */
export function convolveDense(step: usize): void {
  const input = inputOf(step, 0);
  const channels = (field(follow(step, STEP_OUTPUT), TENSOR_CHANNELS) + 3) & ~3;
  const inputChannels = field(input, TENSOR_CHANNELS);
  const height = field(step, STEP_KERNEL_HEIGHT);
  const width = field(step, STEP_KERNEL_WIDTH);
  const stride = field(step, STEP_STRIDE_X);
  const pitch = field(input, TENSOR_PITCH);
  const bias = follow(step, STEP_BIAS);
  const weights = follow(step, STEP_WEIGHTS);
  const columns = columnsAtOnce(width, inputChannels);
  const rows = rowsAtOnce(height, columns, width, inputChannels);
  const taps = height * width;
  const together = (inputChannels * taps * min(channels, WIDE_BLOCK)) << 2 <= FEW_WEIGHTS ? rows : 1;
  const bytes = (columns * inputChannels) << 2;
  for (let tap = 0; tap < taps; tap += rows * columns) {
    const offset = (tap / width) * pitch + ((tap % width) << 2);
    for (let first = 0; first < count; ) {
      const end =
        rows * columns > 1
          ? gatherWindows<f32>(first, offset, rows, columns, pitch, stride, inputChannels, 0)
          : gatherEntries<f32>(first, offset, 0);
      let part = parts;
      for (let row = tap; row < tap + rows * columns; row += together * columns) {
        for (let channel = 0; channel < channels; ) {
          const block = blockOf(channels - channel);
          const at = channel << 2;
          const start = row == 0 ? bias + at : 0;
          const w = weights + ((inputChannels * (taps * channel + row * block)) << 2);
          if (block == WIDE_BLOCK) addDense<u64, u8>(first, end, part, together, bytes, at, w, start);
          else if (block == MIDDLE_BLOCK) addDense<u32, u16>(first, end, part, together, bytes, at, w, start);
          else if (block == SMALL_BLOCK) addDense<u16, u32>(first, end, part, together, bytes, at, w, start);
          else addDense<u8, u64>(first, end, part, together, bytes, at, w, start);
          channel += block;
        }
        part += together * partsOfRow;
      }
      first = end;
    }
  }
}

/** Whether at least seven of eight values of a tensor's records are not zero, or it has more channels than places count. */
function isDense(tensor: usize): bool {
  const height = field(tensor, TENSOR_HEIGHT);
  const width = field(tensor, TENSOR_WIDTH);
  const channels = field(tensor, TENSOR_CHANNELS);
  if (channels > LIST_OF_HALVES) return true;
  const listed = field(tensor, TENSOR_VALUES);
  let bytes: i64 = 0;
  for (let y = 0; y < height; y++) {
    const row = originOf(tensor) + y * field(tensor, TENSOR_PITCH);
    for (let x = 0; x < width; x++) bytes += load<u32>(load<usize>(row + (x << 2)) + listed);
  }
  const entry = channels <= LIST_OF_BYTES ? 1 : 2;
  return bytes * 8 >= <i64>height * width * channels * entry * 7;
}

/** Decides, before the clean pass computes a convolution, whether leaving out zeros would save it anything. */
export function chooseDensity(step: usize): void {
  store<i32>(step + STEP_DENSE, isDense(inputOf(step, 0)));
}
