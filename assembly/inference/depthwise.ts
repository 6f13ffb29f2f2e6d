import { count, records, windows } from "./batch";
import {
  STEP_BIAS,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OUTPUT,
  STEP_WEIGHTS,
  TENSOR_PITCH,
} from "./program";
import { inputOf } from "./propagate";
import { field, follow, vectorBytes } from "./state";

// A convolution that keeps the channels apart: sixteen of them at a time, whose sums do not wait for each other, and four
// at a time what is left.

/** Bytes of sixteen channels. */
const WIDE = 64;

/** Computes the batch of a depthwise convolution. */
export function convolveDepthwise(step: usize): void {
  const bytes = vectorBytes(follow(step, STEP_OUTPUT));
  const height = field(step, STEP_KERNEL_HEIGHT);
  const width = field(step, STEP_KERNEL_WIDTH);
  const pitch = field(inputOf(step, 0), TENSOR_PITCH);
  const bias = follow(step, STEP_BIAS);
  const weights = follow(step, STEP_WEIGHTS);
  for (let i = 0; i < count; i++) {
    const record = load<usize>(records + (i << 2));
    const corner = load<usize>(windows + (i << 2));
    let channel = 0;
    for (; channel + WIDE <= bytes; channel += WIDE) {
      let a = v128.load(bias + channel);
      let b = v128.load(bias + channel, 16);
      let c = v128.load(bias + channel, 32);
      let d = v128.load(bias + channel, 48);
      let weight = weights + channel;
      for (let row = 0; row < height; row++) {
        let entry = corner + row * pitch;
        for (const end = entry + (width << 2); entry < end; entry += 4) {
          const x = load<usize>(entry) + channel;
          a = f32x4.add(a, f32x4.mul(v128.load(x), v128.load(weight)));
          b = f32x4.add(b, f32x4.mul(v128.load(x, 16), v128.load(weight, 16)));
          c = f32x4.add(c, f32x4.mul(v128.load(x, 32), v128.load(weight, 32)));
          d = f32x4.add(d, f32x4.mul(v128.load(x, 48), v128.load(weight, 48)));
          weight += bytes;
        }
      }
      v128.store(record + channel, a);
      v128.store(record + channel, b, 16);
      v128.store(record + channel, c, 32);
      v128.store(record + channel, d, 48);
    }
    for (; channel < bytes; channel += 16) {
      let sum = v128.load(bias + channel);
      let weight = weights + channel;
      for (let row = 0; row < height; row++) {
        let entry = corner + row * pitch;
        for (const end = entry + (width << 2); entry < end; entry += 4) {
          const x = v128.load(load<usize>(entry) + channel);
          sum = f32x4.add(sum, f32x4.mul(x, v128.load(weight)));
          weight += bytes;
        }
      }
      v128.store(record + channel, sum);
    }
  }
}
