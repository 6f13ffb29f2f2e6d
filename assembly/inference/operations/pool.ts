import {
  STEP_COUNT_PADDING,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_PAD_LEFT,
  STEP_PAD_TOP,
  STEP_STRIDE_X,
  STEP_STRIDE_Y,
  TENSOR_HEIGHT,
  TENSOR_PITCH,
  TENSOR_WIDTH,
} from "../program";
import { count, positions, records } from "../batch";
import { inputOf } from "../propagate";
import { field, originOf, vectorBytes } from "../state";

/** Bytes of sixteen channels, which are pooled at a time. */
const WIDE = 64;

/** Adds a value for an average, for which T is a float; takes the greater otherwise. */
function merge<T>(pooled: v128, value: v128): v128 {
  return isFloat<T>() ? f32x4.add(pooled, value) : f32x4.pmax(pooled, value);
}

function poolBy<T>(step: usize): void {
  const input = inputOf(step, 0);
  const bytes = vectorBytes(input);
  const pitch = field(input, TENSOR_PITCH);
  const origin = originOf(input);
  const height = field(step, STEP_KERNEL_HEIGHT);
  const width = field(step, STEP_KERNEL_WIDTH);
  const initial = f32x4.splat(isFloat<T>() ? <f32>0 : -f32.MAX_VALUE);
  for (let i = 0; i < count; i++) {
    const position = load<u32>(positions + (i << 2));
    const y = <i32>(position >>> 16);
    const x = <i32>(position & 0xffff);
    const record = load<usize>(records + (i << 2));
    const firstRow = y * field(step, STEP_STRIDE_Y) - field(step, STEP_PAD_TOP);
    const firstColumn = x * field(step, STEP_STRIDE_X) - field(step, STEP_PAD_LEFT);
    const top = max(0, firstRow);
    const bottom = min(field(input, TENSOR_HEIGHT), firstRow + height);
    const left = max(0, firstColumn);
    const right = min(field(input, TENSOR_WIDTH), firstColumn + width);
    const area = field(step, STEP_COUNT_PADDING) ? height * width : (bottom - top) * (right - left);
    const divisor = f32x4.splat(<f32>area);
    let channel = 0;
    for (; channel + WIDE <= bytes; channel += WIDE) {
      let a = initial;
      let b = initial;
      let c = initial;
      let d = initial;
      for (let row = top; row < bottom; row++) {
        let entry = origin + row * pitch + (left << 2);
        for (const end = origin + row * pitch + (right << 2); entry < end; entry += 4) {
          const from = load<usize>(entry) + channel;
          a = merge<T>(a, v128.load(from));
          b = merge<T>(b, v128.load(from, 16));
          c = merge<T>(c, v128.load(from, 32));
          d = merge<T>(d, v128.load(from, 48));
        }
      }
      v128.store(record + channel, isFloat<T>() ? f32x4.div(a, divisor) : a);
      v128.store(record + channel, isFloat<T>() ? f32x4.div(b, divisor) : b, 16);
      v128.store(record + channel, isFloat<T>() ? f32x4.div(c, divisor) : c, 32);
      v128.store(record + channel, isFloat<T>() ? f32x4.div(d, divisor) : d, 48);
    }
    for (; channel < bytes; channel += 16) {
      let pooled = initial;
      for (let row = top; row < bottom; row++) {
        let entry = origin + row * pitch + (left << 2);
        for (const end = origin + row * pitch + (right << 2); entry < end; entry += 4) {
          pooled = merge<T>(pooled, v128.load(load<usize>(entry) + channel));
        }
      }
      v128.store(record + channel, isFloat<T>() ? f32x4.div(pooled, divisor) : pooled);
    }
  }
}

/**
 * Pools a batch. A window is clipped at the image's edge, since padding is not a value here. An
 * average adds its window in rows from top to bottom, whatever is dirty in it, so a global average
 * has the same bits however few of its inputs changed.
 */
export function pool(step: usize, average: bool): void {
  if (average) poolBy<f32>(step);
  else poolBy<i32>(step);
}
