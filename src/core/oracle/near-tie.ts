/**
 * Incremental inference is used only if every probability of the clean image differs from onnxruntime's by
 * at most this.
 * Both compute in float32; they differ in the order of their sums.
 */
export const AGREEMENT = 1e-4;

/**
 * Two probabilities nearly tie if the second is below the first by at most this share of it. In a softmax
 * this is a difference of 0.01 between two logits: 25 times the difference that changes a probability of
 * 0.5 by `AGREEMENT`, because a candidate may be less exact than the clean image.
 */
const SHARE = 1e-2;

/**
 * Whether the prediction depends on the last digits of `row`: the two highest probabilities are so close
 * that onnxruntime might order them differently.
 *
 * This decides every goal: an untargeted success is "the prediction is not the label", a targeted one
 * "the prediction is the target", a map records the prediction; and two oracles predict differently only if
 * the order of the two highest differs. Two probabilities that are each `AGREEMENT` off may swap if they
 * differ by at most twice that, which matters if there are so many labels that all probabilities are small.
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
