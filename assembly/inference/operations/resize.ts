import { count, positions, records } from "../batch";
import { STEP_WEIGHTS, TENSOR_HEIGHT, TENSOR_PITCH } from "../program";
import { inputOf, outputOf } from "../propagate";
import { field, follow, originOf, vectorBytes } from "../state";

/** Bytes of an entry of the table: the near line, the far line, and the far one's part. */
const ENTRY = 12;

function mix(near: v128, far: v128, part: v128): v128 {
  const rest = f32x4.sub(f32x4.splat(1), part);
  return f32x4.add(f32x4.mul(near, rest), f32x4.mul(far, part));
}

/**
 * Resizes a batch. The table in the step's weights says for each output row, then for each output column, between which
 * two of the input a value lies, and how far from the first.
 */
export function resize(step: usize): void {
  const input = inputOf(step, 0);
  const bytes = vectorBytes(input);
  const pitch = field(input, TENSOR_PITCH);
  const origin = originOf(input);
  const rows = follow(step, STEP_WEIGHTS);
  const columns = rows + field(outputOf(step), TENSOR_HEIGHT) * ENTRY;
  for (let i = 0; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const record = load<usize>(records + (i << 2));
    const row = rows + (position >>> 16) * ENTRY;
    const column = columns + (position & 0xffff) * ENTRY;
    const top = origin + load<i32>(row) * pitch;
    const bottom = origin + load<i32>(row, 4) * pitch;
    const left = load<i32>(column) << 2;
    const right = load<i32>(column, 4) << 2;
    const topLeft = load<usize>(top + left);
    if (load<f32>(row, 8) == 0 && load<f32>(column, 8) == 0) {
      memory.copy(record, topLeft, bytes);
      continue;
    }
    const topRight = load<usize>(top + right);
    const bottomLeft = load<usize>(bottom + left);
    const bottomRight = load<usize>(bottom + right);
    const down = v128.load32_splat(row, 8);
    const across = v128.load32_splat(column, 8);
    for (let channel = 0; channel < bytes; channel += 16) {
      const upper = mix(v128.load(topLeft + channel), v128.load(topRight + channel), across);
      const lower = mix(v128.load(bottomLeft + channel), v128.load(bottomRight + channel), across);
      v128.store(record + channel, mix(upper, lower, down));
    }
  }
}
