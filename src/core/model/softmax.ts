import { exp } from "./elementary.ts";

/**
 * Turns rows of logits into probabilities, in place. The largest logit is subtracted first, to avoid
 * overflow, and sums are float64, so a row's sum is 1 to float32 precision.
 * @param rows n × width logits
 * @param width number of labels
 */
export function softmax(rows: Float32Array, width: number): void {
  const powers = new Float64Array(width);
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width);
    let highest = Number.NEGATIVE_INFINITY;
    for (const logit of row) highest = Math.max(highest, logit);
    let sum = 0;
    for (let label = 0; label < width; label++) {
      const power = exp(row[label]! - highest);
      powers[label] = power;
      sum += power;
    }
    for (let label = 0; label < width; label++) row[label] = powers[label]! / sum;
  }
}
