import type { Goal } from "../../attack/objectives.ts";
import type { Bounds, Box } from "./bounds/bounds.ts";
import { halve, isColour } from "./partition.ts";

/**
 * How far ahead a label must be in the scores so that it is ahead in the probabilities too: the largest score's exponential
 * is exactly 1, and another's is below it by more than a softmax in 32-bit floating point loses.
 */
export const LEAD = 2 ** -20;

/** How often a box may be halved to confirm its bound. */
const DEEPEST = 8;

/** From the cheapest on. */
const ANALYSES = ["fast", "half", "fine"] as const;

/** A label that stays ahead of others. */
interface Race {
  readonly label: number;
  readonly others: readonly number[];
}

/** Whether a race is won, and if not, how the bound that fails changes with the colour. */
interface Outcome {
  readonly isWon: boolean;
  readonly slopes: readonly number[];
}

/** Whether a lead is enough, if it may be short of a claim by `rounding`. */
type Test = (lead: number, rounding?: number) => boolean;

function run(bounds: Bounds, { label, others }: Race, isEnough: Test): Outcome {
  for (const other of others) {
    if (isEnough(bounds.forwardLead(label, other))) continue;
    for (const analysis of ANALYSES) {
      const { bound, rounding, slopes } = bounds.lead(label, other, analysis);
      // The prover and the checker follow rounding in ways of their own.
      if (isEnough(bound, analysis === "fine" ? rounding : 0)) break;
      // Only where rounding is the reason is it worth following.
      if (analysis === "fine" || !isEnough(bound + rounding)) return { isWon: false, slopes };
    }
  }
  return { isWon: true, slopes: [] };
}

/** The races of which one has to be won to keep a change from reaching the goal. */
function racesOf({ label, target }: Goal, scores: readonly number[]): Race[] {
  const labels = [...scores.keys()];
  if (target === null) return [{ label, others: labels.filter((other) => other !== label) }];
  const rivals = labels
    .filter((other) => other !== label && other !== target)
    .sort((a, b) => scores[b]! - scores[a]!)
    .slice(0, 2);
  return [label, ...rivals].map((own) => ({ label: own, others: [target] }));
}

/** Judges boxes of colours by the checker's own bounds. */
export function createJudge(bounds: Bounds, goal: Goal) {
  const races = racesOf(goal, bounds.scores);

  function judge(position: number, box: Box, isEnough: Test): Outcome {
    bounds.enclose(position, box);
    const outcomes = races.map((race) => run(bounds, race, isEnough));
    return outcomes.find(({ isWon }) => isWon) ?? outcomes[0]!;
  }

  /** Whether no colour of a box reaches the goal, and the lead is at least the claimed bound, within a millionth and rounding. */
  function confirms(position: number, box: Box, claimed: number, depth = 0): boolean {
    const least = claimed - 1e-6 * Math.max(1, Math.abs(claimed));
    const { isWon, slopes } = judge(
      position,
      box,
      (lead, rounding = 0) => lead > LEAD && lead + rounding >= least,
    );
    if (isWon) return true;
    if (depth === DEEPEST || isColour(box)) return false;
    return halve(box, slopes).every((half) => confirms(position, half, claimed, depth + 1));
  }

  /** The colours of a box that no bound keeps from the goal, one by one. */
  function* open(position: number, box: Box): Generator<readonly number[]> {
    const { isWon, slopes } = judge(position, box, (lead) => lead > LEAD);
    if (isWon) return;
    if (isColour(box)) yield box.low;
    else for (const half of halve(box, slopes)) yield* open(position, half);
  }

  return { confirms, open };
}
