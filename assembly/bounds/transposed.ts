import { firstWindow, inputOf } from "./region";
import {
  FORM_M,
  FORM_BYTES,
  HEADER_SCRATCH,
  LANES,
  STEP_KERNEL_HEIGHT,
  STEP_KERNEL_WIDTH,
  STEP_OUTPUT,
  STEP_PAD_LEFT,
  STEP_PAD_TOP,
  STEP_STRIDE_X,
  STEP_STRIDE_Y,
  STEP_WEIGHTS,
  TENSOR_CHANNELS,
  TENSOR_COLUMNS,
  TENSOR_LEFT,
  TENSOR_ROWS,
  TENSOR_TOP,
} from "./program";
import { at, coefficientsAt, field, follow, formAt, indexOf } from "./state";

// The transpose of a convolution: the coefficients of its inputs from those of its outputs.

/** Lists the windows that hold an input position: the coefficients of an output position, and its weights for channel 0. */
function listWindows(step: usize, output: usize, y: i32, x: i32, list: usize, positionBytes: usize): usize {
  const kernelHeight = field(step, STEP_KERNEL_HEIGHT);
  const kernelWidth = field(step, STEP_KERNEL_WIDTH);
  const strideY = field(step, STEP_STRIDE_Y);
  const strideX = field(step, STEP_STRIDE_X);
  const padTop = field(step, STEP_PAD_TOP);
  const padLeft = field(step, STEP_PAD_LEFT);
  const top = max(field(output, TENSOR_TOP), firstWindow(y, kernelHeight, strideY, padTop));
  const left = max(field(output, TENSOR_LEFT), firstWindow(x, kernelWidth, strideX, padLeft));
  const bottom = min(field(output, TENSOR_TOP) + field(output, TENSOR_ROWS) - 1, (y + padTop) / strideY);
  const right = min(field(output, TENSOR_LEFT) + field(output, TENSOR_COLUMNS) - 1, (x + padLeft) / strideX);
  for (let outY = top; outY <= bottom; outY++) {
    const row = y + padTop - outY * strideY;
    for (let outX = left; outX <= right; outX++) {
      const column = x + padLeft - outX * strideX;
      store<usize>(list, coefficientsAt(output, indexOf(output, outY, outX)));
      store<usize>(
        list + 4,
        follow(step, STEP_WEIGHTS) + <usize>(row * kernelWidth + column) * positionBytes,
      );
      list += 8;
    }
  }
  return list;
}

/** Adds to the coefficients of a convolution's dirty inputs. */
export function transpose(step: usize): void {
  const input = inputOf(step, 0);
  const output = at(field(step, STEP_OUTPUT));
  const channels = field(input, TENSOR_CHANNELS);
  const outputs = field(output, TENSOR_CHANNELS);
  const rowBytes = (<usize>((outputs + 3) & ~3)) << 3;
  const list = follow(at(0), HEADER_SCRATCH);
  const top = field(input, TENSOR_TOP);
  const left = field(input, TENSOR_LEFT);
  const weightBytes = (<usize>outputs) << 3;
  for (let y = top; y < top + field(input, TENSOR_ROWS); y++) {
    for (let x = left; x < left + field(input, TENSOR_COLUMNS); x++) {
      const end = listWindows(step, output, y, x, list, rowBytes * <usize>channels);
      const index = indexOf(input, y, x);
      let form = formAt(input, index);
      let to = coefficientsAt(input, index);
      for (let channel = 0; channel < channels; channel++) {
        // A value that is exactly as it was adds nothing, whatever its coefficient.
        if (load<f64>(form + FORM_M) != 0.0) {
          let first = v128.load(to);
          let second = v128.load(to, 16);
          for (let entry = list; entry < end; entry += 8) {
            let from = load<usize>(entry);
            let weight = load<usize>(entry + 4) + <usize>channel * rowBytes;
            const last = weight + weightBytes;
            for (; weight < last; weight += 8) {
              const factor = v128.load64_splat(weight);
              first = f64x2.add(first, f64x2.mul(factor, v128.load(from)));
              second = f64x2.add(second, f64x2.mul(factor, v128.load(from, 16)));
              from += LANES << 3;
            }
          }
          v128.store(to, first);
          v128.store(to, second, 16);
        }
        form += FORM_BYTES;
        to += LANES << 3;
      }
    }
  }
}
