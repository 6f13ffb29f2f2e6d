import type { Raster } from "../image/raster.ts";
import type { Candidates } from "./candidates.ts";
import type { KernelExports } from "./instance.ts";
import type { InferencePlan } from "./plan.ts";
import { byteTable, type TensorFormat } from "./tensor-format.ts";

/** Incremental inference on one image: a query costs only what its pixels change. */
export interface Inference {
  /** The probabilities of the image itself. */
  readonly clean: Float32Array;
  /**
   * Classifies each candidate.
   * @returns count × labels probabilities, one row per candidate
   */
  query(candidates: Candidates): Float32Array;
}

/**
 * Loads a plan into a kernel instance's memory and computes the clean activations of the image.
 * @param kernel an instance of the kernel that has no inference yet
 * @param image of the plan's size
 * @param pixels the most pixels that a candidate changes
 * @throws {RangeError} if the image has a different size
 */
export function createInference(
  kernel: KernelExports,
  plan: InferencePlan,
  image: Raster,
  format: TensorFormat,
  pixels: number,
): Inference {
  const { width, height, channels } = plan.image;
  if (image.width !== width || image.height !== height || image.channels !== channels) {
    throw new RangeError(
      `The plan is made for images of ${width}×${height}×${channels}, ` +
        `not ${image.width}×${image.height}×${image.channels}.`,
    );
  }
  const room = plan.room(pixels);
  const arena = kernel.reserve(room.bytes);
  const memory = new Uint8Array(kernel.memory.buffer, arena);
  memory.set(plan.content);
  const words = new Int32Array(kernel.memory.buffer, arena);
  for (const [offset, word] of room.fields) words[offset / 4] = word;
  const colours = new Float32Array(kernel.memory.buffer, arena + plan.coloursOffset, channels * 256);
  colours.set(byteTable(format, channels));
  memory.set(image.data, plan.samplesOffset);

  // Views are created where they are used, because they become invalid when the memory grows.
  const candidatesRoom = (): Uint32Array =>
    new Uint32Array(kernel.memory.buffer, arena + room.candidatesOffset, room.lanes * pixels * 2);
  const labelsAt = (address: number): Float32Array =>
    new Float32Array(kernel.memory.buffer, address, plan.labels);

  kernel.startInference(arena);

  return {
    clean: labelsAt(kernel.inferred(0)).slice(),
    query({ count, pixels: changed, encoded }) {
      if (changed > pixels) {
        throw new RangeError(`A candidate may change ${pixels} pixels here, not ${changed}.`);
      }
      const probabilities = new Float32Array(count * plan.labels);
      const candidates = candidatesRoom();
      for (let first = 0; first < count; first += room.lanes) {
        const last = Math.min(count, first + room.lanes);
        candidates.set(encoded.subarray(first * changed * 2, last * changed * 2));
        kernel.infer(last - first, changed);
        for (let i = first; i < last; i++) {
          probabilities.set(labelsAt(kernel.inferred(i - first)), i * plan.labels);
        }
        kernel.restoreClean();
      }
      return probabilities;
    },
  };
}
