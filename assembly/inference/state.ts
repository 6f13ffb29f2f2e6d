import {
  HEADER_ZERO,
  TENSOR_CHANNELS,
  TENSOR_CLEAN,
  TENSOR_COUNT,
  TENSOR_DIRTY,
  TENSOR_HEIGHT,
  TENSOR_ORIGIN,
  TENSOR_PITCH,
  TENSOR_POSITIONS,
  TENSOR_RECORD,
  TENSOR_TABLE,
  TENSOR_TABLE_LENGTH,
  TENSOR_WIDTH,
} from "./program";

// A query never writes to a clean record. It points the table entries of its dirty positions at
// their dirty records, and pointing them back is all that restores the clean state.

let arena: usize = 0;

/** Says where the plan lies. */
export function setArena(address: usize): void {
  arena = address;
}

/** The i32 field `name` of the header, tensor or step at `address`. */
export function field(address: usize, name: i32): i32 {
  return load<i32>(address + name);
}

/** The address whose offset in the arena stands in the field `name`. */
export function follow(address: usize, name: i32): usize {
  return arena + load<usize>(address + name);
}

/** The address of the table entry of position (0, 0). */
export function originOf(tensor: usize): usize {
  return follow(tensor, TENSOR_TABLE) + field(tensor, TENSOR_ORIGIN);
}

/** How far a position's dirty record lies above its clean one. */
export function distanceOf(tensor: usize): usize {
  return load<usize>(tensor + TENSOR_DIRTY) - load<usize>(tensor + TENSOR_CLEAN);
}

/** Points every entry of the address table at its clean record, and the border at the zero record. */
export function initialise(tensor: usize): void {
  const table = follow(tensor, TENSOR_TABLE);
  const length = field(tensor, TENSOR_TABLE_LENGTH);
  const zero = follow(arena, HEADER_ZERO);
  for (let i = 0; i < length; i++) store<usize>(table + (i << 2), zero);
  let record = follow(tensor, TENSOR_CLEAN);
  for (let y = 0; y < field(tensor, TENSOR_HEIGHT); y++) {
    const row = originOf(tensor) + y * field(tensor, TENSOR_PITCH);
    for (let x = 0; x < field(tensor, TENSOR_WIDTH); x++) {
      store<usize>(row + (x << 2), record);
      record += field(tensor, TENSOR_RECORD);
    }
  }
}

/** Marks one position dirty, unless it is. */
export function mark(tensor: usize, y: i32, x: i32): void {
  const entry = originOf(tensor) + y * field(tensor, TENSOR_PITCH) + (x << 2);
  const record = load<usize>(entry);
  if (record >= follow(tensor, TENSOR_DIRTY)) return;
  store<usize>(entry, record + distanceOf(tensor));
  const count = field(tensor, TENSOR_COUNT);
  store<i32>(follow(tensor, TENSOR_POSITIONS) + (count << 2), (y << 16) | x);
  store<i32>(tensor + TENSOR_COUNT, count + 1);
}

/** Marks every position dirty. */
export function markAll(tensor: usize): void {
  for (let y = 0; y < field(tensor, TENSOR_HEIGHT); y++) {
    for (let x = 0; x < field(tensor, TENSOR_WIDTH); x++) mark(tensor, y, x);
  }
}

/** Makes every position clean again. */
export function restore(tensor: usize): void {
  const origin = originOf(tensor);
  const pitch = field(tensor, TENSOR_PITCH);
  const distance = distanceOf(tensor);
  const positions = follow(tensor, TENSOR_POSITIONS);
  const count = field(tensor, TENSOR_COUNT);
  for (let i = 0; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const entry = origin + (position >>> 16) * pitch + ((position & 0xffff) << 2);
    store<usize>(entry, load<usize>(entry) - distance);
  }
  store<i32>(tensor + TENSOR_COUNT, 0);
}

/** Takes the dirty records for the clean ones. */
export function adopt(tensor: usize): void {
  const distance = distanceOf(tensor);
  const origin = originOf(tensor);
  const positions = follow(tensor, TENSOR_POSITIONS);
  const bytes = field(tensor, TENSOR_RECORD);
  for (let i = 0; i < field(tensor, TENSOR_COUNT); i++) {
    const position = load<u32>(positions + (i << 2));
    const record = load<usize>(
      origin + (position >>> 16) * field(tensor, TENSOR_PITCH) + ((position & 0xffff) << 2),
    );
    memory.copy(record - distance, record, bytes);
  }
}

/** The record that counts of the only position of a 1 × 1 tensor. */
export function onlyRecord(tensor: usize): usize {
  return load<usize>(originOf(tensor));
}

/** Whether the tensor is one vector, which may stand for a value at every position. */
export function isVector(tensor: usize): bool {
  return field(tensor, TENSOR_HEIGHT) == 1 && field(tensor, TENSOR_WIDTH) == 1;
}

/** The padded number of channels in bytes. */
export function vectorBytes(tensor: usize): i32 {
  return ((field(tensor, TENSOR_CHANNELS) + 3) & ~3) << 2;
}
