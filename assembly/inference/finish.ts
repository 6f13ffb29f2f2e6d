import { activate } from "./activations";
import {
  CHANNEL_SHIFT,
  LIST_ENTRY,
  LIST_HEADER,
  NONE,
  TENSOR_CHANNELS,
  TENSOR_COUNT,
  TENSOR_LISTED,
  TENSOR_PITCH,
  TENSOR_POSITIONS,
  TENSOR_VALUES,
} from "./program";
import { field, follow, originOf, vectorBytes } from "./state";

// What follows every step: activate the values of the dirty positions, and list their nonzero
// channels. To leave out positions that came out as they were does not pay: with sixteen channels and
// more there are next to none, and comparing took up to 9 % of a query.

/**
 * Lists the nonzero channels. A convolution multiplies nothing else: after a ReLU that is about half
 * of them, and leaving out products that are zero changes no bit of a sum.
 */
function listNonzero(record: usize, values: i32, channels: i32): void {
  const start = record + values + LIST_HEADER;
  let entry = start;
  for (let channel = 0; channel < channels; channel++) {
    const bits = load<i32>(record + (channel << 2));
    store<i32>(entry, bits);
    store<i32>(entry, channel << CHANNEL_SHIFT, 4);
    // Without a branch, since nothing predicts which channel is zero: the next entry overwrites it.
    // The shift drops the sign, so that -0 counts as zero.
    entry += <i32>(bits << 1 != 0) * LIST_ENTRY;
  }
  store<i32>(record + values, <i32>(entry - start));
}

/** Activates the dirty positions of a tensor that has just been computed, and lists their nonzero channels if it has lists. */
export function activateAndList(tensor: usize, activation: i32, alpha: f32, beta: f32): void {
  const listed = field(tensor, TENSOR_LISTED);
  if (activation == NONE && !listed) return;
  const origin = originOf(tensor);
  const pitch = field(tensor, TENSOR_PITCH);
  const bytes = vectorBytes(tensor);
  const values = field(tensor, TENSOR_VALUES);
  const channels = field(tensor, TENSOR_CHANNELS);
  const positions = follow(tensor, TENSOR_POSITIONS);
  for (let i = 0; i < field(tensor, TENSOR_COUNT); i++) {
    const position = load<u32>(positions + (i << 2));
    const record = load<usize>(origin + (position >>> 16) * pitch + ((position & 0xffff) << 2));
    activate(record, bytes, activation, alpha, beta);
    if (listed) listNonzero(record, values, channels);
  }
}
