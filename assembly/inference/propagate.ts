import { lane } from "./lanes";
import {
  STEP_INPUT_COUNT,
  STEP_INPUTS,
  STEP_OUTPUT,
  STEP_WINDOWS,
  TENSOR_COUNT,
  TENSOR_DIRTY,
  TENSOR_HEIGHT,
  TENSOR_PITCH,
  TENSOR_POSITIONS,
  TENSOR_RECORD,
} from "./program";
import { field, follow, isDirty, isVector, mark, markAll, originOf } from "./state";

/** Input `i` of a step, in the lane in use. */
export function inputOf(step: usize, i: i32): usize {
  return follow(follow(step, STEP_INPUTS), i << 2) + lane;
}

/** The output of a step, in the lane in use. */
export function outputOf(step: usize): usize {
  return follow(step, STEP_OUTPUT) + lane;
}

/**
 * Marks every output position whose window holds a dirty input position. The table of windows has,
 * for each input row, the first and the last output row that reads it, then the same for columns.
 */
export function propagateWindows(step: usize): void {
  const input = inputOf(step, 0);
  const output = outputOf(step);
  const rows = follow(step, STEP_WINDOWS);
  const columns = rows + (field(input, TENSOR_HEIGHT) << 3);
  const sources = follow(input, TENSOR_POSITIONS);
  const sourceCount = field(input, TENSOR_COUNT);
  const origin = originOf(output);
  const pitch = field(output, TENSOR_PITCH);
  const bytes = field(output, TENSOR_RECORD);
  const count = field(output, TENSOR_COUNT);
  const positions = follow(output, TENSOR_POSITIONS);
  let next = follow(output, TENSOR_DIRTY) + count * bytes;
  let end = positions + (count << 2);
  for (let i = 0; i < sourceCount; ) {
    // Neighbours in a row are taken together: the windows of the first to those of the last.
    const source = load<u32>(sources + (i << 2));
    let last = source;
    for (i++; i < sourceCount && load<u32>(sources + (i << 2)) == last + 1; i++) last++;
    const row = rows + ((source >>> 16) << 3);
    const left = load<i32>(columns + ((source & 0xffff) << 3));
    const right = load<i32>(columns + ((last & 0xffff) << 3), 4);
    for (let y = load<i32>(row), bottom = load<i32>(row, 4); y <= bottom; y++) {
      let entry = origin + y * pitch + (left << 2);
      for (let x = left; x <= right; x++) {
        if (!isDirty(load<usize>(entry))) {
          store<usize>(entry, next);
          next += bytes;
          store<i32>(end, (y << 16) | x);
          end += 4;
        }
        entry += 4;
      }
    }
  }
  store<i32>(output + TENSOR_COUNT, <i32>(end - positions) >> 2);
}

/** Marks every position that is dirty in any input; a dirty vector marks all. */
export function propagatePoints(step: usize): void {
  const output = outputOf(step);
  for (let i = 0; i < field(step, STEP_INPUT_COUNT); i++) {
    const input = inputOf(step, i);
    const count = field(input, TENSOR_COUNT);
    if (count > 0 && isVector(input) && !isVector(output)) {
      markAll(output);
      return;
    }
    const positions = follow(input, TENSOR_POSITIONS);
    for (let j = 0; j < count; j++) {
      const position = load<u32>(positions + (j << 2));
      mark(output, position >>> 16, position & 0xffff);
    }
  }
}
