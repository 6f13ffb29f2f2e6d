import type { KinkStep, LinearStep, MaximumStep, Step } from "../network/network.ts";
import { eachRow, eachRowOutside, type Rectangle, wholeOf } from "../network/reach.ts";
import { type Analysis, type Following, followingOf } from "./analysis.ts";
import { applyKink } from "./clean.ts";
import { type Changed, chordOf, mayChange } from "./forward.ts";
import { lossOf, SLACK } from "./rounding.ts";

/** A lower bound of how far one score is above another. */
export interface Lead {
  readonly bound: number;
  /** How much of it rounding took. */
  readonly rounding: number;
  /** How it changes from the middle of the box to its end, for each channel. */
  readonly slopes: readonly number[];
}

/** The coefficients of each tensor's values in a linear lower bound, and what has left it. */
interface Pass {
  readonly changed: Changed;
  readonly following: Following;
  readonly factors: readonly Float64Array[];
  constant: number;
  rounding: number;
  /** The size of all that was added, of which the checker's own arithmetic loses a small part. */
  size: number;
}

/** Where a tensor's values are followed further. */
function whereOf({ changed, following }: Pass, tensor: number): Rectangle | null {
  const { shape, where } = changed.planes[tensor]!;
  return tensor >= following.first ? wholeOf(shape) : where;
}

/** Where the coefficients of a step's input are computed. */
function inputsOf(pass: Pass, { output }: Step, input: number): Rectangle | null {
  if (output < pass.following.first) return whereOf(pass, input);
  return wholeOf(pass.changed.planes[input]!.shape);
}

/** Charges the errors of the values that are not followed further. */
function charge(pass: Pass, tensor: number): void {
  const { shape, where } = pass.changed.planes[tensor]!;
  const errors = pass.changed.clean.errors[tensor]!;
  const factors = pass.factors[tensor]!;
  let rounding = 0;
  eachRowOutside(shape, where, (first, end) => {
    for (let i = first; i < end; i++) rounding += Math.abs(factors[i]!) * errors[i]!;
  });
  pass.rounding += rounding;
}

function backLinear(pass: Pass, step: LinearStep, where: Rectangle): void {
  const { planes, clean } = pass.changed;
  const { shape, moreLocal } = planes[step.output]!;
  const factors = pass.factors[step.output]!;
  // Where the clean inputs' errors are not followed, they count here.
  const errors = (step.output < pass.following.first ? clean.errors : clean.local)[step.output]!;
  let rounding = 0;
  eachRow(shape, where, (first, end) => {
    for (let i = first; i < end; i++) rounding += Math.abs(factors[i]!) * (errors[i]! + moreLocal[i]!);
  });
  pass.rounding += rounding;
  for (const { input, map } of step.terms) {
    const there = inputsOf(pass, step, input);
    if (there !== null) map.backward(factors, pass.factors[input]!, there);
  }
}

function backKink(pass: Pass, step: KinkStep, where: Rectangle): void {
  const { planes, clean } = pass.changed;
  const { shape, low, high } = planes[step.input]!;
  const before = clean.values[step.input]!;
  const after = clean.values[step.output]!;
  const factors = pass.factors[step.output]!;
  const inner = pass.factors[step.input]!;
  const loss = lossOf(step.below, step.above);
  const { kink, below, above } = step;
  eachRow(shape, where, (first, end) => {
    for (let i = first; i < end; i++) {
      const factor = factors[i]!;
      if (factor === 0) continue;
      const [least, most] = [low[i]!, high[i]!];
      let slope: number;
      let start = kink;
      if (most <= kink) slope = below;
      else if (least >= kink) slope = above;
      // The chord is above a convex function and below a concave one: where it bounds from the wrong side, a line
      // through the kink does.
      else if (factor > 0 === above > below) slope = most - kink > kink - least ? above : below;
      else {
        ({ slope } = chordOf(step, least, most));
        start = least;
      }
      inner[i]! += factor * slope;
      const constant = applyKink(step, start) + slope * (before[i]! - start) - after[i]!;
      pass.constant += factor * constant;
      const size =
        Math.abs(kink) + Math.abs(after[i]!) + Math.abs(slope) * (Math.abs(before[i]!) + Math.abs(start));
      pass.size += Math.abs(factor) * size;
      if (loss !== 0) {
        const largest = Math.max(Math.abs(least), Math.abs(most)) + Math.abs(kink);
        pass.rounding += Math.abs(factor) * loss * largest;
      }
    }
  });
}

function backMaximum(pass: Pass, step: MaximumStep, where: Rectangle): void {
  const { planes, clean, choices } = pass.changed;
  const from = planes[step.input]!;
  const there = inputsOf(pass, step, step.input)!;
  const { width, channels } = from.shape;
  const { taken, gap } = choices.get(step.output)!;
  const before = clean.values[step.input]!;
  const errors = clean.errors[step.input]!;
  const outputErrors = clean.errors[step.output]!;
  const after = clean.values[step.output]!;
  const factors = pass.factors[step.output]!;
  const inner = pass.factors[step.input]!;
  eachRow(planes[step.output]!.shape, where, (first, end) => {
    for (let i = first; i < end; i++) {
      const factor = factors[i]!;
      if (factor === 0) continue;
      if (factor < 0 && gap[i]! > outputErrors[i]! && !mayChange(planes[step.output]!, i)) {
        // Of a clean value that may be one of several inputs, its error says more than the gap.
        pass.rounding += Math.abs(factor) * outputErrors[i]!;
        continue;
      }
      const index = taken[i]!;
      const most = factor > 0 ? 0 : gap[i]!;
      pass.constant += factor * (before[index]! + most - after[i]!);
      pass.size += Math.abs(factor) * (Math.abs(before[index]!) + most + Math.abs(after[i]!));
      const position = Math.floor(index / channels);
      const row = Math.floor(position / width);
      const column = position % width;
      const isFollowed =
        row >= there.top && row <= there.bottom && column >= there.left && column <= there.right;
      if (isFollowed) inner[index]! += factor;
      else pass.rounding += Math.abs(factor) * errors[index]!;
    }
  });
}

/** The least value of what is left, in terms of the image. */
function atImage(pass: Pass, slopes: number[]): void {
  const image = pass.changed.planes[0]!;
  const factors = pass.factors[0]!;
  eachRow(image.shape, image.where!, (first, end) => {
    for (let i = first; i < end; i++) {
      const factor = factors[i]!;
      pass.constant += factor * image.middle[i]!;
      pass.rounding += Math.abs(factor) * image.error[i]!;
      for (const lane of slopes.keys()) slopes[lane]! += factor * image.slopes[lane * image.size + i]!;
      pass.size += Math.abs(factor) * (Math.abs(image.middle[i]!) + Math.abs(image.high[i]!));
    }
  });
}

/** Bounds the lead of scores over others by propagating it backwards, to the image. */
export function createBackward(changed: Changed) {
  const { network, planes, clean, lanes } = changed;
  const factors = planes.map(({ size }) => new Float64Array(size));
  const followings = {
    fast: followingOf(network, "fast"),
    half: followingOf(network, "half"),
    fine: followingOf(network, "fine"),
  };

  /** @param label and @param other indices of labels */
  return (label: number, other: number, analysis: Analysis): Lead => {
    const following = followings[analysis];
    const own = network.scores[label]!;
    const rival = network.scores[other]!;
    const scores = clean.values[network.output]!;
    const pass: Pass = {
      changed,
      following,
      factors,
      constant: scores[own]! - scores[rival]!,
      rounding: 0,
      size: Math.abs(scores[own]!) + Math.abs(scores[rival]!),
    };
    for (const [tensor, { shape, where }] of planes.entries()) {
      const isWhole = tensor >= following.first || following.charged.has(tensor);
      if (isWhole) factors[tensor]!.fill(0);
      else if (where !== null) eachRow(shape, where, (first, end) => factors[tensor]!.fill(0, first, end));
    }
    const slopes = new Array<number>(lanes).fill(0);
    if (whereOf(pass, network.output) === null) {
      const rounding = clean.errors[network.output]![own]! + clean.errors[network.output]![rival]!;
      return { bound: pass.constant - rounding - SLACK * pass.size, rounding, slopes };
    }
    factors[network.output]![own] = 1;
    factors[network.output]![rival] = -1;
    for (const step of network.steps.toReversed()) {
      if (following.charged.has(step.output)) charge(pass, step.output);
      const where = whereOf(pass, step.output);
      if (where === null) continue;
      if (step.kind === "linear") backLinear(pass, step, where);
      else if (step.kind === "kink") backKink(pass, step, where);
      else backMaximum(pass, step, where);
    }
    if (following.charged.has(0)) charge(pass, 0);
    atImage(pass, slopes);
    const spread = slopes.reduce((sum, slope) => sum + Math.abs(slope), 0);
    const lost = SLACK * (pass.size + spread + pass.rounding);
    return { bound: pass.constant - spread - pass.rounding - lost, rounding: pass.rounding, slopes };
  };
}
