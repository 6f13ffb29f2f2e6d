/** Whether incremental inference says what onnxruntime says, and to the bit what its own full pass says. */
import type { Raster } from "../../src/core/image/raster.ts";
import { createInference } from "../../src/core/kernel/inference.ts";
import { instantiate } from "../../src/core/kernel/instance.ts";
import type { InferencePlan } from "../../src/core/kernel/plan.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { applyCandidate, samplesOf } from "../../src/core/oracle/apply-candidate.ts";

/** How many pixels candidates change. */
export const PIXELS = [1, 3, 5, 16];
/** The most that a probability of a clean image may differ from onnxruntime's. */
export const MOST_DIFFERENCE = 1e-4;

/** What was found of one classifier. */
export interface Agreement {
  /** The largest difference in a probability of the clean images. */
  readonly difference: number;
  readonly candidates: number;
  /** How many candidates had other bits than a full pass on the changed image. */
  readonly unequal: number;
}

/** The generator of Numerical Recipes, whose high bits are good enough to choose candidates. */
function generator(): (bound: number) => number {
  let state = 1;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** The encoded pixels of a candidate: different positions, in order, in corner colours or in any. */
function candidateOf(image: Raster, pixels: number, isCorner: boolean, below: (bound: number) => number) {
  const { width, height, channels } = image;
  const positions = new Set<number>();
  while (positions.size < pixels) positions.add(below(width * height));
  const colour = (): number => {
    if (!isCorner) return below(256 ** channels);
    return samplesOf(0, channels).reduce((all) => all * 256 + 255 * below(2), 0);
  };
  const sorted = [...positions].sort((a, b) => a - b);
  return Uint32Array.from(sorted.flatMap((position) => [position, colour()]));
}

const bitsOf = (values: Float32Array): string => new Uint32Array(values.slice().buffer).join();

/**
 * Compares a classifier's plan with onnxruntime on the clean images, and with its own full pass on candidates of 1, 3, 5 and
 * 16 pixels, half of them in corner colours. The candidates of an image with as many pixels are one query.
 * @param candidates how many on each image with each number of pixels
 */
export async function agreementOf(
  classifier: Classifier,
  plan: InferencePlan,
  module: WebAssembly.Module,
  images: readonly Raster[],
  candidates: number,
): Promise<Agreement> {
  const { input, labels } = classifier.manifest;
  const infer = (image: Raster, pixels: number) =>
    createInference(instantiate(module), plan, image, input, pixels);
  const below = generator();
  let difference = 0;
  let checked = 0;
  let unequal = 0;
  for (const image of images) {
    const reference = await classifier.probabilities(image);
    for (const pixels of PIXELS.filter((count) => count <= input.width * input.height)) {
      const inference = infer(image, pixels);
      for (const [label, value] of inference.clean.entries()) {
        difference = Math.max(difference, Math.abs(value - reference[label]!));
      }
      const each = Array.from({ length: candidates }, (_, i) =>
        candidateOf(image, pixels, i % 2 === 0, below),
      );
      const encoded = Uint32Array.from(each.flatMap((candidate) => Array.from(candidate)));
      checked += candidates;
      const queried = inference.query({ count: candidates, pixels, encoded });
      for (const [i, candidate] of each.entries()) {
        const { clean } = infer(applyCandidate(image, candidate), 1);
        const answer = queried.subarray(i * labels.length, (i + 1) * labels.length);
        if (bitsOf(answer) !== bitsOf(clean)) unequal++;
      }
    }
  }
  return { difference, candidates: checked, unequal };
}
