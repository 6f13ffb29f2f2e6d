import type { Raster } from "../../../image/raster.ts";
import type { ImageFormat, Network } from "../network/network.ts";
import type { Analysis } from "./analysis.ts";
import { createBackward, type Lead } from "./backward.ts";
import { cleanPass } from "./clean.ts";
import { type Changed, forwardKink, forwardLinear, forwardMaximum, reachedBy } from "./forward.ts";
import { inputErrorOf, inputValueOf } from "./input.ts";
import { finish, planesOf, reset } from "./planes.ts";
import { SLACK } from "./rounding.ts";

/** From a first to a last value of each channel. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Lower bounds of leads when one pixel takes any colour of a box. */
export interface Bounds {
  /** The scores of the unchanged image, for each label. */
  readonly scores: readonly number[];
  /** Takes the colours of a box at a position, y × width + x. */
  enclose(position: number, box: Box): void;
  /** The lead of one label over another from the enclosures of both scores. */
  forwardLead(label: number, other: number): number;
  /** The same by a bound that is propagated back to the image. */
  lead(label: number, other: number, analysis: Analysis): Lead;
}

/** Writes the colours of a box into the image's planes. */
function setColours(
  { planes, clean, lanes }: Changed,
  position: number,
  { low, high }: Box,
  format: ImageFormat,
) {
  const image = planes[0]!;
  const { width } = image.shape;
  const [row, column] = [Math.floor(position / width), position % width];
  image.where = { top: row, bottom: row, left: column, right: column };
  for (let channel = 0; channel < lanes; channel++) {
    const i = position * lanes + channel;
    const ends = [low[channel]!, high[channel]!];
    const [first, last] = ends.map((byte) => inputValueOf(byte, format, channel)) as [number, number];
    const errors = ends.map((byte) => inputErrorOf(byte, format, channel));
    image.middle[i] = (first + last) / 2 - clean.values[0]![i]!;
    image.error[i] = Math.max(...errors) + SLACK * (Math.abs(first) + Math.abs(last));
    for (let lane = 0; lane < lanes; lane++) {
      image.slopes[lane * image.size + i] = lane === channel ? (last - first) / 2 : 0;
    }
  }
  finish(image, clean, 0, lanes);
}

/** Bounds a network on an image in which one pixel changes. */
export function createBounds(network: Network, image: Raster, format: ImageFormat): Bounds {
  const clean = cleanPass(network, image, format);
  const lanes = image.channels;
  const planes = planesOf(network, lanes);
  const choices = new Map(
    [...clean.choices].map(([tensor, { taken, gap }]) => [
      tensor,
      { taken: taken.slice(), gap: gap.slice() },
    ]),
  );
  const changed: Changed = { network, clean, planes, choices, lanes };
  for (const [tensor, each] of planes.entries()) {
    const { height, width } = each.shape;
    reset(each, clean, tensor, { top: 0, bottom: height - 1, left: 0, right: width - 1 });
  }
  const backward = createBackward(changed);
  const output = planes[network.output]!;
  const scores = clean.values[network.output]!;
  const errors = clean.errors[network.output]!;

  function forget(): void {
    for (const [tensor, each] of planes.entries()) {
      if (each.where === null) continue;
      reset(each, clean, tensor, each.where);
      const own = choices.get(tensor);
      const before = clean.choices.get(tensor);
      if (own && before) {
        own.taken.set(before.taken);
        own.gap.set(before.gap);
      }
      each.where = null;
    }
  }

  return {
    scores: Array.from(network.scores, (index) => scores[index]!),
    enclose(position, box) {
      forget();
      setColours(changed, position, box, format);
      for (const step of network.steps) {
        const to = planes[step.output]!;
        to.where = reachedBy(step, planes);
        if (to.where === null) continue;
        if (step.kind === "linear") forwardLinear(changed, step);
        else if (step.kind === "kink") forwardKink(changed, step);
        else forwardMaximum(changed, step);
        finish(to, clean, step.output, lanes);
      }
    },
    forwardLead(label, other) {
      const own = network.scores[label]!;
      const rival = network.scores[other]!;
      const difference = scores[own]! - scores[rival]!;
      const size = Math.abs(scores[own]!) + Math.abs(scores[rival]!);
      if (output.where === null) return difference - errors[own]! - errors[rival]! - SLACK * size;
      let lead = difference + (output.middle[own]! - output.middle[rival]!);
      for (let lane = 0; lane < lanes; lane++) {
        const at = lane * output.size;
        lead -= Math.abs(output.slopes[at + own]! - output.slopes[at + rival]!);
      }
      const more = Math.abs(output.middle[own]!) + Math.abs(output.middle[rival]!);
      return lead - output.error[own]! - output.error[rival]! - SLACK * (size + more);
    },
    lead: backward,
  };
}
