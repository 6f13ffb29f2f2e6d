import { activate } from "./activations";
import { count, records } from "./batch";
import {
  CLIP,
  LIST_HEADER,
  LIST_OF_BYTES,
  LIST_OF_HALVES,
  NONE,
  TENSOR_CHANNELS,
  TENSOR_LISTED,
  TENSOR_VALUES,
} from "./program";
import { field, vectorBytes } from "./state";

// What follows every step: activate the values of the batch, and list their nonzero
// channels. Skipping positions whose values did not change is not worthwhile: with sixteen channels and
// more there are almost none, and comparing took up to 9 % of a query.

/** For each set of four channels, which it holds in order: a byte each. */
const CHANNELS_OF = memory.data<u8>(
  [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 1, 2, 0, 0, 0, 1, 2, 0, 3, 0, 0,
    0, 0, 3, 0, 0, 1, 3, 0, 0, 0, 1, 3, 0, 2, 3, 0, 0, 0, 2, 3, 0, 1, 2, 3, 0, 0, 1, 2, 3,
  ],
  4,
);

/** Writes the channels of a set of four, of which `first` is the first. */
function storeSet<T>(entry: usize, set: i32, first: i32): void {
  const channels = CHANNELS_OF + (set << 2);
  if (sizeof<T>() == 1) {
    store<u32>(entry, load<u32>(channels) + first * 0x01010101);
  } else {
    const wide = i16x8.extend_low_i8x16_u(v128.load32_zero(channels));
    if (sizeof<T>() == 2) v128.store64_lane(entry, i16x8.add(wide, i16x8.splat(<i16>first)), 0);
    else v128.store(entry, i32x4.add(i32x4.extend_low_i16x8_u(wide), i32x4.splat(first)));
  }
}

/**
 * Clips the values of a record, and lists its nonzero channels. A convolution multiplies only these: after a ReLU they are
 * about half, and skipping zero products changes no bit of a sum. There is no branch, since nothing predicts which
 * channel is zero.
 */
function clipAndList<T>(record: usize, list: usize, channels: i32, low: v128, high: v128): void {
  const start = list + LIST_HEADER;
  const zero = f32x4.splat(0);
  let entry = start;
  for (let channel = 0; channel < channels; channel += 4) {
    const value = record + (channel << 2);
    const clipped = f32x4.pmin(f32x4.pmax(v128.load(value), low), high);
    v128.store(value, clipped);
    if (channel + 4 <= channels) {
      const set = i32x4.bitmask(f32x4.ne(clipped, zero));
      storeSet<T>(entry, set, channel);
      entry += popcnt(set) * sizeof<T>();
    } else {
      for (let last = channel; last < channels; last++) {
        store<T>(entry, <T>last);
        // The next entry overwrites it. The shift drops the sign, so that -0 counts as zero.
        entry += usize(load<i32>(record + (last << 2)) << 1 != 0) * sizeof<T>();
      }
    }
  }
  store<u32>(list, <u32>(entry - start));
}

/** Clips the values of a record. */
function clip(record: usize, bytes: i32, low: v128, high: v128): void {
  for (const end = record + bytes; record < end; record += 16) {
    v128.store(record, f32x4.pmin(f32x4.pmax(v128.load(record), low), high));
  }
}

/** Activates a batch of a tensor that has just been computed, and lists its nonzero channels if it has lists. */
export function activateAndList(tensor: usize, activation: i32, alpha: f32, beta: f32): void {
  const listed = field(tensor, TENSOR_LISTED);
  if (activation == NONE && !listed) return;
  const bytes = vectorBytes(tensor);
  const values = field(tensor, TENSOR_VALUES);
  const channels = field(tensor, TENSOR_CHANNELS);
  const isClip = activation == CLIP;
  const low = f32x4.splat(isClip ? alpha : -Infinity);
  const high = f32x4.splat(isClip ? beta : Infinity);
  for (let i = 0; i < count; i++) {
    const record = load<usize>(records + (i << 2));
    const list = record + values;
    if (!isClip) activate(record, bytes, activation, alpha);
    if (!listed) {
      if (isClip) clip(record, bytes, low, high);
    } else if (channels <= LIST_OF_BYTES) clipAndList<u8>(record, list, channels, low, high);
    else if (channels <= LIST_OF_HALVES) clipAndList<u16>(record, list, channels, low, high);
    else clipAndList<u32>(record, list, channels, low, high);
  }
}
