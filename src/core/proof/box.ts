import type { Goal } from "../attack/objectives.ts";
import { type Bounds, type Box, LANES, type Precision } from "../kernel/bounds.ts";

/**
 * How far ahead a label must be in its scores so that its probability is ahead too. The largest score's exponential is
 * exactly 1, another's is below it by more than 32-bit softmaxes lose.
 */
const LEAD = 2 ** -20;

/** What the bounds say of a box. */
export interface Judgement {
  readonly proved: boolean;
  /** The lower bound of the lead; of the worst label where there are several. */
  readonly bound: number;
  /** How much of that bound rounding took. */
  readonly rounding: number;
  /** How the worst label's bound changes from the middle of the box to its end, for each channel. */
  readonly slopes: readonly number[];
}

/** Whether one label stays ahead of others. */
function staysAhead(
  bounds: Bounds,
  label: number,
  others: readonly number[],
  forward: Float64Array,
): Judgement {
  const open = others.filter((other) => !(forward[other]! > LEAD)).sort((a, b) => forward[a]! - forward[b]!);
  let least = Number.POSITIVE_INFINITY;
  for (const other of others) if (forward[other]! > LEAD) least = Math.min(least, forward[other]!);
  for (let i = 0; i < open.length; i += LANES) {
    const group = open.slice(i, i + LANES);
    const answers = bounds.differences(label, group);
    let worst: Judgement | undefined;
    for (const [lane, { bound, rounding, slopes }] of answers.entries()) {
      const better = Math.max(bound, forward[group[lane]!]!);
      least = Math.min(least, better);
      // Not "at most": NaN must not pass.
      if (!(better > LEAD) && !(worst && worst.bound <= better)) {
        worst = { proved: false, bound: better, rounding, slopes };
      }
    }
    if (worst) return worst;
  }
  return { proved: true, bound: least, rounding: 0, slopes: [] };
}

function judgeWith(
  bounds: Bounds,
  { label, target }: Goal,
  x: number,
  y: number,
  box: Box,
  precision: Precision,
): Judgement {
  const labels = Array.from({ length: bounds.clean.length }, (_, each) => each);
  const forward = bounds.enclose(x, y, box, label, precision);
  const others = target === null ? labels.filter((other) => other !== label) : [target];
  const own = staysAhead(bounds, label, others, forward);
  if (own.proved || target === null) return own;
  // It is enough that any label stays ahead of the target.
  const rivals = labels
    .filter((other) => other !== label && other !== target)
    .sort((a, b) => bounds.clean[b]! - bounds.clean[a]!)
    .slice(0, 2);
  for (const rival of rivals) {
    const judged = staysAhead(bounds, rival, [target], bounds.enclose(x, y, box, rival, precision));
    if (judged.proved) return judged;
  }
  return own;
}

/**
 * Bounds one box of colours of one pixel.
 * @returns proved if no colour of the box can reach the goal
 */
export function judge(bounds: Bounds, goal: Goal, x: number, y: number, box: Box): Judgement {
  const fast = judgeWith(bounds, goal, x, y, box, "fast");
  // Only where the box would be proved in real arithmetic is it rounding that has to be followed more closely. Where halving
  // the box probably makes up for rounding, that takes less time.
  const change = fast.slopes.reduce((sum, slope) => sum + Math.abs(slope), 0);
  if (fast.proved || !(fast.bound + fast.rounding > LEAD) || fast.bound + change / 2 > LEAD) return fast;
  return judgeWith(bounds, goal, x, y, box, "fine");
}

/** How many colours a box has. */
export function coloursIn({ low, high }: Box): number {
  return low.reduce((product, first, channel) => product * (high[channel]! - first + 1), 1);
}

/** The colour at which a linear bound is least: the end of each channel that it falls towards. */
export function worstColour({ low, high }: Box, slopes: readonly number[]): number[] {
  return low.map((first, channel) => (slopes[channel]! > 0 ? first : high[channel]!));
}

/** Halves a box across the channel in which the bound changes most. */
export function halve({ low, high }: Box, slopes: readonly number[]): [Box, Box] {
  let widest = 0;
  let most = -1;
  for (const [channel, first] of low.entries()) {
    const width = high[channel]! - first;
    // Where the bound does not depend on the colour, the widest channel.
    const change = width === 0 ? -1 : Math.abs(slopes[channel] ?? 0) + width * 1e-9;
    if (change > most) {
      most = change;
      widest = channel;
    }
  }
  const middle = Math.floor((low[widest]! + high[widest]!) / 2);
  const lower = { low, high: high.map((last, channel) => (channel === widest ? middle : last)) };
  const upper = { low: low.map((first, channel) => (channel === widest ? middle + 1 : first)), high };
  return [lower, upper];
}

/** Every colour of a pixel. */
export function everyColour(channels: number): Box {
  return { low: new Array<number>(channels).fill(0), high: new Array<number>(channels).fill(255) };
}
