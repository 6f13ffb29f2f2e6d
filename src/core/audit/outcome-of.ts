import type { AttackResult } from "../attack/result.ts";
import type { ImageOutcome } from "./outcome.ts";

/**
 * The record of one attack.
 * @param index the image's position in its set
 * @param labels the classifier's labels, in order
 */
export function outcomeOf(result: AttackResult, index: number, labels: readonly string[]): ImageOutcome {
  const { status, settings, after, cost, certificate } = result;
  const wrong = status !== "survived";
  return {
    index,
    label: labels.indexOf(result.label),
    pixels: settings.pixels,
    target: status === "misclassified" || result.target === null ? null : labels.indexOf(result.target),
    status,
    newLabel: wrong ? labels.indexOf(after.label) : null,
    probability: wrong ? after.probability : null,
    changed: status === "fooled" ? result.pixels : [],
    queries: cost.queries,
    certified: certificate !== null && certificate.fooling === 0,
    problem: null,
  };
}
