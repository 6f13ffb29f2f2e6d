import { count, records } from "./batch";
import {
  gatherEntries,
  gatherWindows,
  LARGEST_PIECE,
  PART_BYTES,
  PART_END,
  PART_FIRST,
  PART_LIST,
  PART_VALUES,
  parts,
  partsOfRow,
  TALLEST_PIECE,
  WIDEST_PIECE,
} from "./gather";
import {
  LIST_OF_BYTES,
  MIDDLE_BLOCK,
  NARROW_BLOCK,
  SMALL_BLOCK,
  STEP_BIAS,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OUTPUT,
  STEP_STRIDE_X,
  STEP_WEIGHTS,
  TENSOR_CHANNELS,
  TENSOR_PITCH,
  TENSOR_VALUES,
  WIDE_BLOCK,
} from "./program";
import { inputOf } from "./propagate";
import { field, follow } from "./state";

// A convolution over a list of positions: one position × one block of output channels at a time,
// their sums in registers. The loop runs over the nonzero values of one row of the window, or of one of its positions where
// channels are many, since the end of a list costs as much as several products: no processor predicts where it is. A row of
// the kernel is done for many positions before the next, so that its weights stay in the first-level cache; the
// sums wait in the output record meanwhile. Whatever the positions, each sum adds the same products in the same order.

/** Channels whose lists are short: their end costs as much as many of their products. */
const FEW_CHANNELS = 128;

/** Adds the gathered part of each position to its sums of one block, of sizeof<V>() vectors. Without a bias they go on. */
function addListed<V>(first: i32, end: i32, from: usize, channel: i32, weights: usize, bias: usize): void {
  let part = from;
  for (let i = first; i < end; i++) {
    const output = load<usize>(records + (i << 2)) + channel;
    const start = bias ? bias : output;
    let a = v128.load(start);
    let b = sizeof<V>() > 1 ? v128.load(start, 16) : a;
    let c = sizeof<V>() > 2 ? v128.load(start, 32) : a;
    let d = sizeof<V>() > 2 ? v128.load(start, 48) : a;
    let e = sizeof<V>() > 4 ? v128.load(start, 64) : a;
    let f = sizeof<V>() > 4 ? v128.load(start, 80) : a;
    let g = sizeof<V>() > 4 ? v128.load(start, 96) : a;
    let h = sizeof<V>() > 4 ? v128.load(start, 112) : a;
    const values = load<usize>(part, PART_VALUES);
    const column = weights - load<usize>(part, PART_FIRST) * (sizeof<V>() << 4);
    let at = load<usize>(part, PART_LIST);
    for (const last = load<usize>(part, PART_END); at < last; at += 2) {
      const place = <usize>load<u16>(at);
      const x = v128.load32_splat(values + (place << 2));
      const w = column + place * (sizeof<V>() << 4);
      a = f32x4.add(a, f32x4.mul(x, v128.load(w)));
      if (sizeof<V>() > 1) b = f32x4.add(b, f32x4.mul(x, v128.load(w, 16)));
      if (sizeof<V>() > 2) {
        c = f32x4.add(c, f32x4.mul(x, v128.load(w, 32)));
        d = f32x4.add(d, f32x4.mul(x, v128.load(w, 48)));
      }
      if (sizeof<V>() > 4) {
        e = f32x4.add(e, f32x4.mul(x, v128.load(w, 64)));
        f = f32x4.add(f, f32x4.mul(x, v128.load(w, 80)));
        g = f32x4.add(g, f32x4.mul(x, v128.load(w, 96)));
        h = f32x4.add(h, f32x4.mul(x, v128.load(w, 112)));
      }
    }
    part += PART_BYTES;
    v128.store(output, a);
    if (sizeof<V>() > 1) v128.store(output, b, 16);
    if (sizeof<V>() > 2) {
      v128.store(output, c, 32);
      v128.store(output, d, 48);
    }
    if (sizeof<V>() > 4) {
      v128.store(output, e, 64);
      v128.store(output, f, 80);
      v128.store(output, g, 96);
      v128.store(output, h, 112);
    }
  }
}

/** Output channels of the next block, where `left` are left. */
export function blockOf(left: i32): i32 {
  if (left >= WIDE_BLOCK) return WIDE_BLOCK;
  if (left >= MIDDLE_BLOCK) return MIDDLE_BLOCK;
  return left >= SMALL_BLOCK ? SMALL_BLOCK : NARROW_BLOCK;
}

/** Adds gathered parts to all blocks of output channels; the first of their `taps` is `tap`. */
function addBlocks(
  step: usize,
  first: i32,
  end: i32,
  part: usize,
  tap: i32,
  taps: i32,
  inputChannels: i32,
  channels: i32,
): void {
  const bias = follow(step, STEP_BIAS);
  const weights = follow(step, STEP_WEIGHTS);
  for (let channel = 0; channel < channels; ) {
    const block = blockOf(channels - channel);
    const at = channel << 2;
    const start = tap == 0 ? bias + at : 0;
    const from = weights + ((inputChannels * (taps * channel + tap * block)) << 2);
    if (block == WIDE_BLOCK) addListed<u64>(first, end, part, at, from, start);
    else if (block == MIDDLE_BLOCK) addListed<u32>(first, end, part, at, from, start);
    else if (block == SMALL_BLOCK) addListed<u16>(first, end, part, at, from, start);
    else addListed<u8>(first, end, part, at, from, start);
    channel += block;
  }
}

/**
 * Columns of a kernel whose values are gathered at once: all of them where there is room, but one where the lists are so long
 * that their ends do not count. Then nothing is copied, and weights are read once for more positions.
 */
export function columnsAtOnce(width: i32, inputChannels: i32): i32 {
  const fits = width <= WIDEST_PIECE && width * inputChannels <= LARGEST_PIECE;
  return fits && inputChannels <= FEW_CHANNELS ? width : 1;
}

/** Rows of a kernel whose values are gathered at once: all of them where there is room. */
export function rowsAtOnce(height: i32, columns: i32, width: i32, inputChannels: i32): i32 {
  const fits = height <= TALLEST_PIECE && height * width * inputChannels <= LARGEST_PIECE;
  return fits && columns == width ? height : 1;
}

/** Computes the batch of a convolution from the lists of its input. */
export function convolve(step: usize): void {
  const input = inputOf(step, 0);
  const channels = (field(follow(step, STEP_OUTPUT), TENSOR_CHANNELS) + 3) & ~3;
  const inputChannels = field(input, TENSOR_CHANNELS);
  const height = field(step, STEP_KERNEL_HEIGHT);
  const width = field(step, STEP_KERNEL_WIDTH);
  const stride = field(step, STEP_STRIDE_X);
  const pitch = field(input, TENSOR_PITCH);
  const listed = field(input, TENSOR_VALUES);
  const columns = columnsAtOnce(width, inputChannels);
  const rows = rowsAtOnce(height, columns, width, inputChannels);
  for (let tap = 0; tap < height * width; tap += rows * columns) {
    const offset = (tap / width) * pitch + ((tap % width) << 2);
    for (let first = 0; first < count; ) {
      let end: i32;
      if (rows * columns > 1) {
        end = gatherWindows<u8>(first, offset, rows, columns, pitch, stride, inputChannels, listed);
      } else if (inputChannels <= LIST_OF_BYTES) end = gatherEntries<u8>(first, offset, listed);
      else end = gatherEntries<u16>(first, offset, listed);
      let part = parts;
      for (let row = tap; row < tap + rows * columns; row += columns) {
        addBlocks(step, first, end, part, row, height * width, inputChannels, channels);
        part += partsOfRow;
      }
      first = end;
    }
  }
}
