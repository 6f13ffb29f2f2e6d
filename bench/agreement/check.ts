/** Whether incremental inference says what onnxruntime says, and to the bit what its own full pass says. */
import type { Raster } from "../../src/core/image/raster.ts";
import { createInference } from "../../src/core/kernel/inference.ts";
import { instantiate } from "../../src/core/kernel/instance.ts";
import type { InferencePlan } from "../../src/core/kernel/plan.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { applyCandidate, samplesOf } from "../../src/core/oracle/apply-candidate.ts";

/** Pixels that candidates change, in turns. */
const PIXELS = [1, 3, 5, 16];
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
function candidateOf(
  { width, height, channels }: Raster,
  pixels: number,
  isCorner: boolean,
  below: (bound: number) => number,
) {
  const positions = new Set<number>();
  while (positions.size < Math.min(pixels, width * height)) positions.add(below(width * height));
  const colour = (): number => {
    if (!isCorner) return below(256 ** channels);
    return samplesOf(0, channels).reduce((all) => all * 256 + 255 * below(2), 0);
  };
  const sorted = [...positions].sort((a, b) => a - b);
  return Uint32Array.from(sorted.flatMap((position) => [position, colour()]));
}

const bitsOf = (values: Float32Array): string =>
  new Uint32Array(values.buffer, values.byteOffset, values.length).join();

/**
 * Compares a classifier's plan with onnxruntime on the clean images, and with its own full pass on candidates of 1, 3, 5 and
 * 16 pixels, half of them in corner colours.
 * @param candidates how many, spread over the images
 */
export async function agreementOf(
  classifier: Classifier,
  plan: InferencePlan,
  module: WebAssembly.Module,
  images: readonly Raster[],
  candidates: number,
): Promise<Agreement> {
  const { input } = classifier.manifest;
  const most = Math.min(Math.max(...PIXELS), input.width * input.height);
  const infer = (image: Raster, pixels: number) =>
    createInference(instantiate(module), plan, image, input, pixels);
  const below = generator();
  let difference = 0;
  let unequal = 0;
  for (const [place, image] of images.entries()) {
    const inference = infer(image, most);
    const reference = await classifier.probabilities(image);
    for (const [label, value] of inference.clean.entries()) {
      difference = Math.max(difference, Math.abs(value - reference[label]!));
    }
    for (let i = place; i < candidates; i += images.length) {
      const turn = Math.floor(i / images.length);
      const pixels = Math.min(PIXELS[turn % PIXELS.length]!, most);
      const encoded = candidateOf(image, pixels, turn % (2 * PIXELS.length) < PIXELS.length, below);
      const queried = inference.query({ count: 1, pixels, encoded });
      const whole = infer(applyCandidate(image, encoded), 1).clean;
      if (bitsOf(queried) !== bitsOf(whole)) unequal++;
    }
  }
  return { difference, candidates, unequal };
}
