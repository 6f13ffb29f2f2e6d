import { activate } from "./activations";
import { count, records } from "./batch";
import {
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

/**
 * Lists the nonzero channels. A convolution multiplies only these: after a ReLU they are about half, and
 * skipping zero products changes no bit of a sum.
 */
function listNonzero<T>(record: usize, list: usize, channels: i32): void {
  const start = list + LIST_HEADER;
  let entry = start;
  for (let channel = 0; channel < channels; channel++) {
    store<T>(entry, <T>channel);
    // Without a branch, since nothing predicts which channel is zero: the next entry overwrites it.
    // The shift drops the sign, so that -0 counts as zero.
    entry += usize(load<i32>(record + (channel << 2)) << 1 != 0) * sizeof<T>();
  }
  store<u32>(list, <u32>(entry - start));
}

/** Activates a batch of a tensor that has just been computed, and lists its nonzero channels if it has lists. */
export function activateAndList(tensor: usize, activation: i32, alpha: f32, beta: f32): void {
  const listed = field(tensor, TENSOR_LISTED);
  if (activation == NONE && !listed) return;
  const bytes = vectorBytes(tensor);
  const values = field(tensor, TENSOR_VALUES);
  const channels = field(tensor, TENSOR_CHANNELS);
  for (let i = 0; i < count; i++) {
    const record = load<usize>(records + (i << 2));
    activate(record, bytes, activation, alpha, beta);
    if (!listed) continue;
    if (channels <= LIST_OF_BYTES) listNonzero<u8>(record, record + values, channels);
    else if (channels <= LIST_OF_HALVES) listNonzero<u16>(record, record + values, channels);
    else listNonzero<u32>(record, record + values, channels);
  }
}
