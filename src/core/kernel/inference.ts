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
   * @returns count × labels probabilities, one row a candidate
   */
  query(candidates: Candidates): Float32Array;
}

/** Encodes the image as a candidate that sets every pixel. */
function encodeImage({ width, height, channels, data }: Raster): Uint32Array {
  const encoded = new Uint32Array(width * height * 2);
  for (let position = 0; position < width * height; position++) {
    let colour = 0;
    for (let channel = 0; channel < channels; channel++) {
      colour = (colour << 8) | data[position * channels + channel]!;
    }
    encoded[position * 2] = position;
    encoded[position * 2 + 1] = colour;
  }
  return encoded;
}

/**
 * Loads a plan into a kernel instance's memory and computes the clean activations of the image.
 * @param kernel an instance of the kernel that has no inference yet
 * @param image of the size that the plan is made for
 * @throws {RangeError} when the image has another size
 */
export function createInference(
  kernel: KernelExports,
  plan: InferencePlan,
  image: Raster,
  format: TensorFormat,
): Inference {
  const { width, height, channels } = plan.image;
  if (image.width !== width || image.height !== height || image.channels !== channels) {
    throw new RangeError(
      `The plan is made for images of ${width}×${height}×${channels}, ` +
        `not ${image.width}×${image.height}×${image.channels}.`,
    );
  }
  const arena = kernel.reserve(plan.bytes);
  new Uint8Array(kernel.memory.buffer, arena).set(plan.content);
  const colours = new Float32Array(kernel.memory.buffer, arena + plan.coloursOffset, channels * 256);
  colours.set(byteTable(format, channels));

  // Views are made where they are used, since they die whenever the memory grows.
  const room = (): Uint32Array =>
    new Uint32Array(kernel.memory.buffer, arena + plan.candidateOffset, width * height * 2);
  const labelsAt = (address: number): Float32Array =>
    new Float32Array(kernel.memory.buffer, address, plan.labels);

  room().set(encodeImage(image));
  kernel.startInference(arena, width * height);

  return {
    clean: labelsAt(kernel.inferred()).slice(),
    query({ count, pixels, encoded }) {
      const probabilities = new Float32Array(count * plan.labels);
      const candidate = room();
      for (let i = 0; i < count; i++) {
        candidate.set(encoded.subarray(i * pixels * 2, (i + 1) * pixels * 2));
        probabilities.set(labelsAt(kernel.infer(pixels)), i * plan.labels);
        kernel.restoreClean();
      }
      return probabilities;
    },
  };
}
