import {
  HEADER_POOL,
  HEADER_ZERO,
  TENSOR_CHANNELS,
  TENSOR_CLEAN,
  TENSOR_COUNT,
  TENSOR_DIRTY,
  TENSOR_HEIGHT,
  TENSOR_KEPT,
  TENSOR_ORIGIN,
  TENSOR_PITCH,
  TENSOR_POSITIONS,
  TENSOR_RECORD,
  TENSOR_TABLE,
  TENSOR_TABLE_LENGTH,
  TENSOR_WIDTH,
} from "./program";

// A query never writes to a clean record. It points the table entries of its dirty positions at
// dirty records, and restores the clean state by pointing them back.

let arena: usize = 0;
let pool: usize = 0;

/** Sets the address of the plan. */
export function setArena(address: usize): void {
  arena = address;
  pool = follow(address, HEADER_POOL);
}

/** The i32 field `name` of the header, tensor or step at `address`. */
export function field(address: usize, name: i32): i32 {
  return load<i32>(address + name);
}

/** The address with the arena offset in the field `name`. */
export function follow(address: usize, name: i32): usize {
  return arena + load<usize>(address + name);
}

/** The address of the table entry of position (0, 0). */
export function originOf(tensor: usize): usize {
  return follow(tensor, TENSOR_TABLE) + field(tensor, TENSOR_ORIGIN);
}

/** Whether the record at this address is a dirty one. */
export function isDirty(record: usize): bool {
  return record >= pool;
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
  store<i32>(tensor + TENSOR_COUNT, 0);
}

/** After the clean pass: clean records that no query reads are gone, and their positions name no dirty record. */
export function release(tensor: usize): void {
  if (field(tensor, TENSOR_KEPT)) return;
  const table = follow(tensor, TENSOR_TABLE);
  const length = field(tensor, TENSOR_TABLE_LENGTH);
  const zero = follow(arena, HEADER_ZERO);
  for (let i = 0; i < length; i++) store<usize>(table + (i << 2), zero);
}

/** Marks one position dirty, unless it is: gives it the next dirty record. */
export function mark(tensor: usize, y: i32, x: i32): void {
  const entry = originOf(tensor) + y * field(tensor, TENSOR_PITCH) + (x << 2);
  if (isDirty(load<usize>(entry))) return;
  const count = field(tensor, TENSOR_COUNT);
  store<usize>(entry, follow(tensor, TENSOR_DIRTY) + count * field(tensor, TENSOR_RECORD));
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
  const positions = follow(tensor, TENSOR_POSITIONS);
  const count = field(tensor, TENSOR_COUNT);
  const kept = field(tensor, TENSOR_KEPT);
  const clean = kept ? follow(tensor, TENSOR_CLEAN) : follow(arena, HEADER_ZERO);
  const bytes = kept ? field(tensor, TENSOR_RECORD) : 0;
  const row = bytes * field(tensor, TENSOR_WIDTH);
  for (let i = 0; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const y = <i32>(position >>> 16);
    const x = <i32>(position & 0xffff);
    store<usize>(origin + y * pitch + (x << 2), clean + y * row + x * bytes);
  }
  store<i32>(tensor + TENSOR_COUNT, 0);
}

/** The current record of the only position of a 1 × 1 tensor. */
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
