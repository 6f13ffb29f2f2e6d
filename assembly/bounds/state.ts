import {
  CLEAN_BYTES,
  FORM_BYTES,
  HEADER_TENSORS,
  LANES,
  RELAXED_BYTES,
  TENSOR_CHANNELS,
  TENSOR_CLEAN,
  TENSOR_COEFFICIENTS,
  TENSOR_COLUMNS,
  TENSOR_FORMS,
  TENSOR_LEFT,
  TENSOR_RELAXED,
  TENSOR_ROWS,
  TENSOR_TOP,
  TENSOR_WIDTH,
} from "./program";

let arena: usize = 0;

/** Whether the pass computes the clean values, with every position in the region and every x̂ still 0. */
export let isCleanPass: bool = false;

/** Whether the image has one channel. */
export let isGrey: bool = false;

/** Sets the address of the network. */
export function setArena(address: usize): void {
  arena = address;
  isGrey = field(follow(address, HEADER_TENSORS), TENSOR_CHANNELS) == 1;
}

export function setCleanPass(value: bool): void {
  isCleanPass = value;
}

/**
 * Whether the region of every tensor is the whole of it. Then the rounding of each value is followed to the labels by itself, so
 * that errors cancel as the values do; else that of clean values is summed up in advance.
 */
export let isWhole: bool = false;

export function setWhole(value: bool): void {
  isWhole = value;
}

/** The i32 field `name` of the header, tensor or step at `address`. */
export function field(address: usize, name: i32): i32 {
  return load<i32>(address + name);
}

/** The address with the arena offset in the field `name`. */
export function follow(address: usize, name: i32): usize {
  return arena + load<usize>(address + name);
}

/** The tensor or step at an arena offset. */
export function at(offset: i32): usize {
  return arena + <usize>offset;
}

/** Whether a position is in the tensor's region. */
export function isDirty(tensor: usize, y: i32, x: i32): bool {
  const row = y - field(tensor, TENSOR_TOP);
  const column = x - field(tensor, TENSOR_LEFT);
  return (
    row >= 0 && row < field(tensor, TENSOR_ROWS) && column >= 0 && column < field(tensor, TENSOR_COLUMNS)
  );
}

/** The index of a dirty position's first value among the values of the region. */
export function indexOf(tensor: usize, y: i32, x: i32): i32 {
  const row = y - field(tensor, TENSOR_TOP);
  const column = x - field(tensor, TENSOR_LEFT);
  return (row * field(tensor, TENSOR_COLUMNS) + column) * field(tensor, TENSOR_CHANNELS);
}

export function formAt(tensor: usize, index: i32): usize {
  return follow(tensor, TENSOR_FORMS) + <usize>index * FORM_BYTES;
}

export function relaxedAt(tensor: usize, index: i32): usize {
  return follow(tensor, TENSOR_RELAXED) + <usize>index * RELAXED_BYTES;
}

/** The address of the LANES coefficients of a value. */
export function coefficientsAt(tensor: usize, index: i32): usize {
  return follow(tensor, TENSOR_COEFFICIENTS) + <usize>index * (LANES << 3);
}

/** The clean record of the first channel of a position. */
export function cleanAt(tensor: usize, y: i32, x: i32): usize {
  const position = y * field(tensor, TENSOR_WIDTH) + x;
  return follow(tensor, TENSOR_CLEAN) + <usize>(position * field(tensor, TENSOR_CHANNELS)) * CLEAN_BYTES;
}
