import {
  LIST_OF_BYTES,
  LIST_OF_HALVES,
  STEP_DENSE,
  TENSOR_CHANNELS,
  TENSOR_HEIGHT,
  TENSOR_PITCH,
  TENSOR_VALUES,
  TENSOR_WIDTH,
} from "./program";
import { inputOf } from "./propagate";
import { field, originOf } from "./state";

/** Whether at least seven of eight values of a tensor's records are not zero, or it has more channels than places count. */
function isDense(tensor: usize): bool {
  const height = field(tensor, TENSOR_HEIGHT);
  const width = field(tensor, TENSOR_WIDTH);
  const channels = field(tensor, TENSOR_CHANNELS);
  if (channels > LIST_OF_HALVES) return true;
  const listed = field(tensor, TENSOR_VALUES);
  let bytes: i64 = 0;
  for (let y = 0; y < height; y++) {
    const row = originOf(tensor) + y * field(tensor, TENSOR_PITCH);
    for (let x = 0; x < width; x++) bytes += load<u32>(load<usize>(row + (x << 2)) + listed);
  }
  const entry = channels <= LIST_OF_BYTES ? 1 : 2;
  return bytes * 8 >= <i64>height * width * channels * entry * 7;
}

/** Decides, before the clean pass computes a convolution, whether leaving out zeros would save it anything. */
export function chooseDensity(step: usize): void {
  store<i32>(step + STEP_DENSE, isDense(inputOf(step, 0)));
}
