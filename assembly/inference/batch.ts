import {
  HEADER_BATCH,
  HEADER_BATCH_ROOM,
  STEP_PAD_LEFT,
  STEP_PAD_TOP,
  STEP_STRIDE_X,
  STEP_STRIDE_Y,
  TENSOR_COUNT,
  TENSOR_PITCH,
  TENSOR_POSITIONS,
  TENSOR_WIDTH,
} from "./program";
import { inputOf, outputOf } from "./propagate";
import { field, follow, originOf } from "./state";

// A batch is what a step computes at once: positions of its output, the record of each, and for a
// convolution where in the input's address table the window of each begins.

/** How many positions. */
export let count: i32 = 0;
/** Address of the positions, y << 16 | x each. */
export let positions: usize = 0;
/** Address of the records' addresses. */
export let records: usize = 0;
/** Address of the addresses of the windows' first entries. */
export let windows: usize = 0;

let own: usize = 0;
let room: i32 = 0;

/** Takes the plan's lists into use. */
export function openBatch(header: usize): void {
  own = follow(header, HEADER_BATCH);
  room = field(header, HEADER_BATCH_ROOM);
  records = own + (room << 2);
  windows = own + (room << 3);
}

/** Looks up the records of the batch's positions from index `first` on. */
function locateRecords(output: usize, first: i32): void {
  const origin = originOf(output);
  const pitch = field(output, TENSOR_PITCH);
  for (let i = first; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const entry = origin + (position >>> 16) * pitch + ((position & 0xffff) << 2);
    store<usize>(records + (i << 2), load<usize>(entry));
  }
}

/** The next dirty positions of a tensor, from the one at index `first`. */
export function batchDirty(tensor: usize, first: i32): void {
  positions = follow(tensor, TENSOR_POSITIONS) + (first << 2);
  count = min(room, field(tensor, TENSOR_COUNT) - first);
  locateRecords(tensor, 0);
}

/** Begins a batch of several lanes, with no position yet. */
export function openJointBatch(): void {
  positions = own;
  count = 0;
}

/**
 * Adds the next dirty positions of the output of a convolution in the lane in use, from the one at index `first`, and their
 * windows.
 * @returns how many there was room for
 */
export function addDirty(step: usize, first: i32): i32 {
  const output = outputOf(step);
  const before = count;
  const added = min(room - before, field(output, TENSOR_COUNT) - first);
  memory.copy(own + (before << 2), follow(output, TENSOR_POSITIONS) + (first << 2), added << 2);
  count = before + added;
  locateRecords(output, before);
  locateWindows(step, before);
  return added;
}

/** All positions of the rows of a tensor from `top` on, as many as there is room for but none below `bottom`. @returns the row after them */
export function batchRows(tensor: usize, top: i32, bottom: i32): i32 {
  const width = field(tensor, TENSOR_WIDTH);
  const end = min(bottom, top + room / width);
  positions = own;
  count = 0;
  for (let y = top; y < end; y++) {
    for (let x = 0; x < width; x++) store<i32>(own + (count++ << 2), (y << 16) | x);
  }
  locateRecords(tensor, 0);
  return end;
}

/** Notes where in the input's table the windows of the batch's positions from index `first` on begin. */
export function locateWindows(step: usize, first: i32): void {
  const input = inputOf(step, 0);
  const inputPitch = field(input, TENSOR_PITCH);
  const strideY = field(step, STEP_STRIDE_Y) * inputPitch;
  const strideX = field(step, STEP_STRIDE_X) << 2;
  const corner = originOf(input) - field(step, STEP_PAD_TOP) * inputPitch - (field(step, STEP_PAD_LEFT) << 2);
  for (let i = first; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const at = corner + (position >>> 16) * strideY + (position & 0xffff) * strideX;
    store<usize>(windows + (i << 2), at);
  }
}
