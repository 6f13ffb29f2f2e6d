import { expect, test } from "vitest";
import { type Generator, pcg32 } from "../../../test/support/kernel/reference-random.ts";
import { fc } from "../../../test/support/property.ts";
import { openBounds } from "../../../test/support/random-bounds.ts";
import { blockNames, recipes } from "../../../test/support/random-network.ts";
import type { Bounds, Box } from "../kernel/bounds.ts";

/** How many networks; ONEPIXEL_NETWORKS sets another number, for a longer run. */
const NETWORKS = Number(process.env.ONEPIXEL_NETWORKS ?? 150);
const BOXES = 4;
const COLOURS = 24;

/** A box at random: often wide, sometimes one colour. */
function boxOf(random: Generator, channels: number): Box {
  const width = [0, 3, 40, 255][random.below(4)]!;
  const low = Array.from({ length: channels }, () => random.below(256 - width));
  return { low, high: low.map((first) => first + (width === 0 ? 0 : random.below(width + 1))) };
}

/** A colour of a box: a corner of it, or any. */
function colourIn({ low, high }: Box, random: Generator): number {
  const isCorner = random.below(2) === 0;
  return low.reduce((colour, first, channel) => {
    const span = high[channel]! - first;
    const offset = isCorner ? span * random.below(2) : random.below(span + 1);
    return colour * 256 + first + offset;
  }, 0);
}

/** The lead of one label over another: in scores where a softmax made the probabilities, else in the outputs themselves. */
const leadOf = (row: Float32Array, label: number, other: number, scores: string): number =>
  scores === "logits" ? Math.log(row[label]! / row[other]!) : row[label]! - row[other]!;

function checkBox(
  bounds: Bounds,
  box: Box,
  x: number,
  y: number,
  label: number,
  rows: Float32Array[],
  scores: string,
) {
  for (const precision of ["fast", "fine"] as const) {
    const forward = bounds.enclose(x, y, box, label, precision);
    const others = Array.from(forward.keys()).filter((other) => other !== label);
    const backward = bounds.differences(label, others.slice(0, 4));
    for (const row of rows) {
      for (const [i, other] of others.entries()) {
        const lead = leadOf(row, label, other, scores);
        if (!Number.isFinite(lead)) continue;
        // The logarithm of two 32-bit probabilities is that far from the difference of the scores.
        const allowed = lead + 1e-5 * (1 + Math.abs(lead));
        expect(forward[other]!).toBeLessThanOrEqual(allowed);
        if (i < 4) expect(backward[i]!.bound).toBeLessThanOrEqual(allowed);
      }
    }
  }
}

test("no execution of a random network leaves the bounds, whatever its operators", {
  timeout: NETWORKS * 1000,
}, () => {
  const seen = new Map(blockNames.map((name) => [name, 0]));
  fc.assert(
    fc.property(recipes, (recipe) => {
      const opened = openBounds(recipe);
      if (typeof opened === "string") {
        expect(opened).toMatch(/softmax|resize/i);
        return;
      }
      for (const name of recipe.blocks) seen.set(name, (seen.get(name) ?? 0) + 1);
      const { bounds, inference, image, scores } = opened;
      const random = pcg32(BigInt(recipe.seed), 7n);
      for (let i = 0; i < BOXES; i++) {
        const position = random.below(image.width * image.height);
        const label = random.below(recipe.labels);
        const box = boxOf(random, image.channels);
        const rows = Array.from({ length: COLOURS }, () => {
          const encoded = Uint32Array.of(position, colourIn(box, random));
          return inference.query({ count: 1, pixels: 1, encoded }).slice();
        });
        const [x, y] = [position % image.width, Math.floor(position / image.width)];
        checkBox(bounds, box, x, y, label, rows, scores);
      }
    }),
    { numRuns: NETWORKS },
  );
  const unseen = [...seen].filter(([name, times]) => times === 0 && name !== "resize").map(([name]) => name);
  expect(unseen).toEqual([]);
});
