import { ln } from "../model/elementary.ts";
import type { AttackSettings } from "./options/settings.ts";

/** What an attack wants: away from `label` or, if `target` is not null, towards `target`. */
export interface Goal {
  /** Index of the true label. */
  readonly label: number;
  /** Index of the label to reach; null when untargeted. */
  readonly target: number | null;
}

/** How a search gets there: what it lowers, and which success ends it. */
export type SearchRule = Pick<AttackSettings, "objective" | "stop">;

/** The index of the largest probability; of equal ones the first. */
export function argmax(row: ArrayLike<number>): number {
  let best = 0;
  for (let label = 1; label < row.length; label++) if (row[label]! > row[best]!) best = label;
  return best;
}

/** The largest probability of all labels but `excluded`. */
function rival(row: ArrayLike<number>, excluded: number): number {
  let largest = 0;
  for (let label = 0; label < row.length; label++) {
    if (label !== excluded && row[label]! > largest) largest = row[label]!;
  }
  return largest;
}

/** The smallest positive float32: an upper bound of a probability that was rounded to 0. */
const LEAST = 1.401298464324817e-45;

/** log p_y − max log p_j in nats: how far the label is ahead of all others, below 0 where it is not. */
export function marginOf(row: ArrayLike<number>, label: number): number {
  return ln(Math.max(row[label]!, LEAST) / Math.max(rival(row, label), LEAST));
}

/**
 * How far a candidate with the probabilities `row` is from the goal; lower is better.
 *
 * `probability` is the paper's fitness: the probability of the true class or, targeted, of all
 * classes but the target. That orders candidates as the cross-entropy −log p_target does, except where two
 * probabilities differ by less than 2⁻⁵³: they give the same loss. `margin` orders candidates as log p_y − max log p_j does.
 * The loss is the ratio rather than its logarithm, whose last digit may differ between machines.
 */
export function lossOf(
  row: ArrayLike<number>,
  { label, target }: Goal,
  objective: SearchRule["objective"],
): number {
  if (objective === "probability") return target === null ? row[label]! : 1 - row[target]!;
  const own = row[target ?? label]!;
  const other = rival(row, target ?? label);
  const [above, below] = target === null ? [own, other] : [other, own];
  return below > 0 ? above / below : Number.MAX_VALUE;
}

/** Whether these probabilities are a success: the predicted label is the target or, untargeted, any label but the true one. */
export function isFooled(row: ArrayLike<number>, goal: Goal): boolean {
  const predicted = argmax(row);
  return goal.target === null ? predicted !== goal.label : predicted === goal.target;
}

/** The paper's early stop: target above 0.9, or true class below 0.05. */
const TARGET_ABOVE = 0.9;
const LABEL_BELOW = 0.05;

/** Whether a success ends the search under its stop rule. */
export function endsSearch(row: ArrayLike<number>, goal: Goal, stop: SearchRule["stop"]): boolean {
  if (stop === "flip") return true;
  return goal.target === null ? row[goal.label]! < LABEL_BELOW : row[goal.target]! > TARGET_ABOVE;
}
