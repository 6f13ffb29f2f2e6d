/**
 * Incremental inference is used only where it agrees with onnxruntime on the clean image to this, in every probability.
 * Both compute in float32; they differ in the order of their sums.
 */
export const AGREEMENT = 1e-4;

/**
 * Two probabilities tie if the second is below the first by no more than this share of it. In a softmax that is a
 * difference of 0.01 between two logits: 25 times what moves a probability of 0.5 by `AGREEMENT`, so that a candidate may
 * be less exact than the clean image.
 */
const SHARE = 1e-2;

/**
 * Whether the prediction depends on the last digits of `row`: the two highest probabilities are so near each other that
 * onnxruntime might order them the other way round.
 *
 * That is the one question for every goal. An untargeted success is "the prediction is not the label", a targeted one
 * "the prediction is the target", a map records the prediction; and two oracles predict differently only where the order of
 * the two highest differs. Two probabilities that are each `AGREEMENT` off may swap if they are twice that apart, which
 * counts where there are so many labels that all probabilities are small.
 */
export function isNearTie(row: Float32Array): boolean {
  let first = 0;
  let second = 0;
  for (const probability of row) {
    if (probability > first) {
      second = first;
      first = probability;
    } else if (probability > second) second = probability;
  }
  return first - second <= Math.max(SHARE * first, 2 * AGREEMENT);
}
