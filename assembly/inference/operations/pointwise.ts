import {
  ADD,
  STEP_BIAS,
  STEP_INPUT_COUNT,
  STEP_OUTPUT,
  STEP_WEIGHTS,
  TENSOR_CHANNELS,
  TENSOR_PITCH,
} from "../program";
import { count, positions, records } from "../batch";
import { inputOf } from "../propagate";
import { field, follow, isVector, onlyRecord, originOf, vectorBytes } from "../state";

/** The record of a position in `tensor`; a vector stands for every position. */
function recordAt(tensor: usize, position: u32): usize {
  if (isVector(tensor)) return onlyRecord(tensor);
  return load<usize>(
    originOf(tensor) + (position >>> 16) * field(tensor, TENSOR_PITCH) + ((position & 0xffff) << 2),
  );
}

/** value × scale + shift, each channel with its own. */
export function affine(step: usize): void {
  const input = inputOf(step, 0);
  const output = follow(step, STEP_OUTPUT);
  const bytes = vectorBytes(output);
  const scales = follow(step, STEP_WEIGHTS);
  const shifts = follow(step, STEP_BIAS);
  for (let i = 0; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const from = recordAt(input, position);
    const to = load<usize>(records + (i << 2));
    for (let channel = 0; channel < bytes; channel += 16) {
      const scaled = f32x4.mul(v128.load(from + channel), v128.load(scales + channel));
      v128.store(to + channel, f32x4.add(scaled, v128.load(shifts + channel)));
    }
  }
}

/** The sum where T is a float, the product otherwise. */
function combineBy<T>(step: usize): void {
  const first = inputOf(step, 0);
  const second = inputOf(step, 1);
  const bytes = vectorBytes(follow(step, STEP_OUTPUT));
  const firstTable = originOf(first);
  const secondTable = originOf(second);
  // A vector stands for every position.
  const firstPitch = isVector(first) ? 0 : field(first, TENSOR_PITCH);
  const secondPitch = isVector(second) ? 0 : field(second, TENSOR_PITCH);
  const firstColumns = isVector(first) ? 0 : 0xffff;
  const secondColumns = isVector(second) ? 0 : 0xffff;
  for (let i = 0; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const y = position >>> 16;
    const a = load<usize>(firstTable + y * firstPitch + ((position & firstColumns) << 2));
    const b = load<usize>(secondTable + y * secondPitch + ((position & secondColumns) << 2));
    const to = load<usize>(records + (i << 2));
    for (let channel = 0; channel < bytes; channel += 16) {
      const left = v128.load(a + channel);
      const right = v128.load(b + channel);
      v128.store(to + channel, isFloat<T>() ? f32x4.add(left, right) : f32x4.mul(left, right));
    }
  }
}

/** The sum or the product of two tensors. */
export function combine(step: usize, operation: i32): void {
  if (operation == ADD) combineBy<f32>(step);
  else combineBy<i32>(step);
}

/** The channels of all inputs, one after another. */
export function concatenate(step: usize): void {
  for (let i = 0; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    let to = load<usize>(records + (i << 2));
    for (let j = 0; j < field(step, STEP_INPUT_COUNT); j++) {
      const input = inputOf(step, j);
      let from = recordAt(input, position);
      for (const end = from + (field(input, TENSOR_CHANNELS) << 2); from < end; from += 4) {
        store<f32>(to, load<f32>(from));
        to += 4;
      }
    }
  }
}

/** Some channels of the input, in an order of their own. */
export function select(step: usize): void {
  const input = inputOf(step, 0);
  const output = follow(step, STEP_OUTPUT);
  const bytes = field(output, TENSOR_CHANNELS) << 2;
  const places = follow(step, STEP_WEIGHTS);
  for (let i = 0; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const from = recordAt(input, position);
    const to = load<usize>(records + (i << 2));
    for (let channel = 0; channel < bytes; channel += 4) {
      store<f32>(to + channel, load<f32>(from + load<u32>(places + channel)));
    }
  }
}

/** The softmax over the channels of each position, shifted by the greatest so that nothing overflows. */
export function softmax(step: usize): void {
  const input = inputOf(step, 0);
  const output = follow(step, STEP_OUTPUT);
  const bytes = field(output, TENSOR_CHANNELS) << 2;
  for (let i = 0; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const from = recordAt(input, position);
    const to = load<usize>(records + (i << 2));
    let greatest = load<f32>(from);
    for (let channel = 4; channel < bytes; channel += 4) {
      greatest = max(greatest, load<f32>(from + channel));
    }
    let sum: f64 = 0;
    for (let channel = 0; channel < bytes; channel += 4) {
      sum += Math.exp(<f64>load<f32>(from + channel) - <f64>greatest);
    }
    for (let channel = 0; channel < bytes; channel += 4) {
      const power = Math.exp(<f64>load<f32>(from + channel) - <f64>greatest);
      store<f32>(to + channel, <f32>(power / sum));
    }
  }
}
