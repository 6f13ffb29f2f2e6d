import type { ChangedPixel } from "../attack/result.ts";

/**
 * The outcome of one image:
 * - `fooled`: the returned image fools the classifier, which was verified;
 * - `survived`: nothing within the budget fooled it;
 * - `misclassified`: the classifier was wrong before the attack, so nothing was searched;
 * - `failed`: no result, because the attack ended with an error after all its retries.
 */
export type OutcomeStatus = "fooled" | "survived" | "misclassified" | "failed";

/**
 * The record of one attack of an audit. (index, pixels, target) names it: an audit holds at most one
 * record for each. A misclassified image has one record for each `pixels`, with `target` null.
 */
export interface ImageOutcome {
  /** Position in the image set, from 0. */
  readonly index: number;
  /** The true label's position among the model's labels. */
  readonly label: number;
  /** The number k of pixels that was allowed; `"min"` when the fewest were searched for. */
  readonly pixels: number | "min";
  /** The label that the attack aimed at; null when any wrong label counts. */
  readonly target: number | null;
  readonly status: OutcomeStatus;
  /** The label after the attack, or the wrong one of a misclassified image; null otherwise. */
  readonly newLabel: number | null;
  /** The probability, 0…1, of `newLabel`; null with it. */
  readonly probability: number | null;
  /** The pixels that fool the classifier; empty unless fooled. */
  readonly changed: readonly ChangedPixel[];
  /** Forward passes that the search spent. */
  readonly queries: number;
  /** True when every one-pixel corner-colour change was tried and none works. */
  readonly certified: boolean;
  /** Why the attack failed; null unless it did. */
  readonly problem: string | null;
}
