import type { KinkStep, LinearStep, MaximumStep, Network } from "../network/network.ts";
import { eachRow, type Rectangle, reached, union } from "../network/reach.ts";
import { applyKink, type Choice, type Clean } from "./clean.ts";
import type { Planes } from "./planes.ts";
import { gammaOf, LARGEST, lossOf, SLACK } from "./rounding.ts";

/** The network on the changed image: the clean one, and what differs. */
export interface Changed {
  readonly network: Network;
  readonly clean: Clean;
  readonly planes: readonly Planes[];
  /** As those of the clean image, but where a value may change. */
  readonly choices: ReadonlyMap<number, Choice>;
  /** The channels of the image. */
  readonly lanes: number;
}

/** The values of a step's output that may change. */
export function reachedBy(
  step: LinearStep | KinkStep | MaximumStep,
  planes: readonly Planes[],
): Rectangle | null {
  if (step.kind === "kink") return planes[step.input]!.where;
  const inputs =
    step.kind === "linear" ? step.terms.map(({ input, map }) => ({ input, reach: map.reach })) : [step];
  return inputs.reduce<Rectangle | null>((all, { input, reach }) => {
    const { where } = planes[input]!;
    return where === null ? all : union(all, reached(reach, where));
  }, null);
}

export function forwardLinear({ planes, clean, lanes }: Changed, step: LinearStep): void {
  const to = planes[step.output]!;
  eachRow(to.shape, to.where!, (first, end) => {
    to.middle.fill(0, first, end);
    to.error.fill(0, first, end);
    for (let lane = 0; lane < lanes; lane++) to.slopes.fill(0, lane * to.size + first, lane * to.size + end);
  });
  for (const { input, map } of step.terms) {
    const from = planes[input]!;
    if (from.where === null) continue;
    map.forward(from.middle, 0, to.middle, 0, from.where, false);
    for (let lane = 0; lane < lanes; lane++) {
      map.forward(from.slopes, lane * from.size, to.slopes, lane * to.size, from.where, false);
    }
    map.forward(from.moreError, 0, to.error, 0, from.where, true);
    if (step.products > 0) map.forward(from.moreSize, 0, to.moreLocal, 0, from.where, true);
  }
  const gamma = gammaOf(step.products);
  const errors = clean.errors[step.output]!;
  eachRow(to.shape, to.where!, (first, end) => {
    for (let i = first; i < end; i++) {
      const more = to.moreLocal[i]!;
      to.moreLocal[i] = more < LARGEST ? gamma * more : Number.NaN;
      to.error[i]! += errors[i]! + to.moreLocal[i]!;
    }
  });
}

/** The line through both ends of a function with a kink, and how far the function is from it at most: at the kink. */
export function chordOf(step: KinkStep, low: number, high: number): { slope: number; gap: number } {
  const { kink, below, above } = step;
  const slope = (above * (high - kink) + below * (kink - low)) / (high - low);
  return { slope, gap: (above - below) * ((high - kink) / (high - low)) * (kink - low) };
}

export function forwardKink({ planes, clean, lanes }: Changed, step: KinkStep): void {
  const { below, above, kink } = step;
  const from = planes[step.input]!;
  const to = planes[step.output]!;
  const before = clean.values[step.input]!;
  const after = clean.values[step.output]!;
  const loss = lossOf(below, above);
  eachRow(to.shape, to.where!, (first, end) => {
    for (let i = first; i < end; i++) {
      const [low, high] = [from.low[i]!, from.high[i]!];
      let slope: number;
      let gap = 0;
      if (high <= kink) slope = below;
      else if (low >= kink) slope = above;
      else ({ slope, gap } = chordOf(step, low, high));
      // On the chord where it is one, else on the branch: both meet the function at an end that is known.
      const start = low < kink && high > kink ? low : kink;
      const centre = before[i]! + from.middle[i]!;
      // The function is between the chord and the chord less the gap, which is negative where it is concave.
      to.middle[i] = applyKink(step, start) + slope * (centre - start) - gap / 2 - after[i]!;
      const size =
        slope === 0
          ? Math.abs(kink)
          : Math.abs(centre) + from.error[i]! + Math.abs(low) + Math.abs(high) + Math.abs(kink);
      const rounding = loss * (Math.max(Math.abs(low), Math.abs(high)) + Math.abs(kink));
      to.error[i] = Math.abs(slope) * from.error[i]! + Math.abs(gap) / 2 + rounding + SLACK * size;
      for (let lane = 0; lane < lanes; lane++) {
        to.slopes[lane * to.size + i] = slope * from.slopes[lane * to.size + i]!;
      }
    }
  });
}

function isWithin({ top, bottom, left, right }: Rectangle, position: number, width: number): boolean {
  const row = Math.floor(position / width);
  const column = position - row * width;
  return row >= top && row <= bottom && column >= left && column <= right;
}

/** Whether a value may change. */
export function mayChange({ where, shape }: Planes, index: number): boolean {
  return where !== null && isWithin(where, Math.floor(index / shape.channels), shape.width);
}

export function forwardMaximum(changed: Changed, step: MaximumStep): void {
  const { planes, clean, lanes } = changed;
  const from = planes[step.input]!;
  const to = planes[step.output]!;
  const before = clean.values[step.input]!;
  const errors = clean.errors[step.input]!;
  const after = clean.values[step.output]!;
  const { taken, gap } = changed.choices.get(step.output)!;
  const changes = (index: number) => mayChange(from, index);
  const centreOf = (j: number) => before[j]! + (changes(j) ? from.middle[j]! : 0);
  const errorOf = (j: number) => (changes(j) ? from.error[j]! : errors[j]!);
  const slopeOf = (j: number, lane: number) => (changes(j) ? from.slopes[lane * from.size + j]! : 0);
  eachRow(to.shape, to.where!, (first, end) => {
    for (let i = first; i < end; i++) {
      let best = step.members[step.start[i]!]!;
      for (let member = step.start[i]! + 1; member < step.start[i + 1]!; member++) {
        const j = step.members[member]!;
        if (from.low[j]! > from.low[best]!) best = j;
      }
      let most = 0;
      for (let member = step.start[i]!; member < step.start[i + 1]!; member++) {
        const j = step.members[member]!;
        if (j === best || from.high[j]! <= from.low[best]!) continue;
        let above = centreOf(j) - centreOf(best) + errorOf(j) + errorOf(best);
        for (let lane = 0; lane < lanes; lane++) above += Math.abs(slopeOf(j, lane) - slopeOf(best, lane));
        most = Math.max(most, above + SLACK * (Math.abs(from.high[j]!) + Math.abs(from.low[best]!)));
      }
      taken[i] = best;
      gap[i] = most;
      const centre = centreOf(best);
      to.middle[i] = centre + most / 2 - after[i]!;
      to.error[i] = errorOf(best) + most / 2 + SLACK * (Math.abs(centre) + Math.abs(after[i]!) + most);
      for (let lane = 0; lane < lanes; lane++) to.slopes[lane * to.size + i] = slopeOf(best, lane);
    }
  });
}
