/** Which pixels a search for the fewest puts back, and what it pays for that. */
import { describe, expect, test } from "vitest";
import { classifier as glare } from "../../../test/support/services.ts";
import { kernelModule } from "../../node/services.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { renderTensor } from "../model/tensor.ts";
import { withPixels } from "./adversarial-image.ts";
import { type AttackInput, resolveOptions } from "./options/options.ts";
import type { AttackResult } from "./result.ts";
import { attack } from "./run.ts";

const { labels, input } = glare.manifest;
const bounds = { ...input, labels, maxBudget: 100_000 };
const AREA = 64;
const image: Raster = { width: 8, height: 8, channels: 3, data: new Uint8Array(AREA * 3) };

/** How many pixels of the left half have more of a channel than not. */
function countOf(tensor: Float32Array, channel: number): number {
  let count = 0;
  for (let place = 0; place < AREA; place++) {
    if (place % 8 < 4 && tensor[channel * AREA + place]! > 0.5) count++;
  }
  return count;
}

/** Finds an image calm by its reds, and blues, and answers into one buffer as the kernel does. */
function countsReds(calmBy: (reds: number, blues: number) => number): Classifier {
  const answer = (tensor: Float32Array) => {
    const calm = calmBy(countOf(tensor, 0), countOf(tensor, 2));
    return [calm, 1 - calm];
  };
  const buffer = new Float32Array(2 * 64);
  return {
    ...glare,
    classify: async (tensor, count) => {
      const size = tensor.length / count;
      for (let index = 0; index < count; index++) {
        buffer.set(answer(tensor.subarray(index * size, (index + 1) * size)), index * 2);
      }
      return buffer.subarray(0, count * 2);
    },
    probabilities: async (raster) => Float32Array.from(answer(renderTensor(raster, input))),
  };
}

const run = (classifier: Classifier, options: AttackInput) =>
  attack({ classifier, kernelModule: kernelModule(), image, settings: resolveOptions(options, bounds) });

type Pixels = AttackResult["pixels"];

/**
 * The rule a second time: puts back one pixel after the other, in reading order, until none can be spared.
 * @param isPatient whether a success that is certain must stay so
 */
async function spared(classifier: Classifier, found: Pixels, budget: number, isPatient: boolean) {
  const calmOf = async (pixels: Pixels) => {
    const changes = pixels.map(({ x, y, to }) => ({ x, y, colour: to }));
    return (await classifier.probabilities(withPixels(image, changes)))[0]!;
  };
  let left = [...found];
  let queries = 0;
  for (let size = Number.POSITIVE_INFINITY; left.length < size; ) {
    size = left.length;
    for (const pixel of [...left]) {
      if (left.length === 1 || queries === budget) break;
      const fewer = left.filter((other) => other !== pixel);
      queries++;
      const calm = await calmOf(fewer);
      const isAsSure = !isPatient || calm < 0.05 || (await calmOf(left)) >= 0.05;
      if (calm < 0.5 && isAsSure) left = fewer;
    }
  }
  return { left, queries };
}

const de = { search: "de", population: 20, generations: 1 } as const;

describe("what is put back, and the queries for it, are those of the rule", () => {
  const three = countsReds((count) => (count >= 3 ? 0.4 : 0.9 - count / 100));
  const two = countsReds((count) => (count === 2 || count === 5 ? 0.4 : 0.9));
  /** Three reds fool it, with a blue for certain. */
  const sure = countsReds((reds, blues) => (reds < 3 ? 0.9 : blues === 0 ? 0.3 : 0.04));

  test.for([
    ["at least three", three, 100, "flip"],
    ["at least three, with few queries", three, 23, "flip"],
    ["two or five", two, 100, "flip"],
    ["three, with a blue for certain", sure, 60, "confidence"],
  ] as const)("%s", async ([, classifier, budget, stop], { expect }) => {
    let dropped = 0;
    let cut = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const options = { ...de, budget, stop, seed };
      const result = await run(classifier, { ...options, pixels: "min", maxPixels: 40 });
      if (result.status !== "fooled") continue;
      const last = result.tried!.at(-1)!;
      const { pixels } = last;
      if (pixels === 1) continue;
      const alone = await run(classifier, { ...options, pixels });
      const rest = budget - alone.cost.queries;
      const rule = await spared(classifier, alone.pixels, rest, stop === "confidence");
      expect(result.pixels, `seed ${seed}`).toEqual(rule.left);
      expect(last.queries, `seed ${seed}`).toBe(alone.cost.queries + rule.queries);
      dropped += alone.pixels.length - rule.left.length;
      if (last.queries === budget) cut++;
    }
    expect(dropped).toBeGreaterThan(5);
    if (budget < 60) expect(cut).toBeGreaterThan(0);
  });
});

test("a pixel alone is not put back", async () => {
  const one = countsReds((count) => (count > 0 ? 0.4 : 0.9));
  const alone = await run(one, { search: "corners", budget: 600 });
  const result = await run(one, { pixels: "min", budget: 600 });
  expect(result.pixels).toEqual(alone.pixels);
  expect(result.cost.queries).toBe(alone.cost.queries);
});

test("what survives returns the nearest candidate of all numbers of pixels", async () => {
  // Two reds come nearest; with three or more the classifier is surer again.
  const calm = [0.9, 0.8, 0.6, 0.7, 0.75];
  const nearest = countsReds((count) => calm[Math.min(count, 4)]!);
  for (const maxPixels of [1, 2, 3, 4]) {
    const result = await run(nearest, { search: "de", pixels: "min", maxPixels, budget: 900 });
    expect(result).toMatchObject({ status: "survived", verified: false });
    expect(result.after.probabilities[0]).toBeCloseTo(calm[Math.min(maxPixels, 2)]!, 6);
  }
});

test("what survives returns a candidate of fewer pixels where those of more are not so near", async () => {
  // Random colours change every pixel that they are drawn for, so that two pixels are never one change.
  const answer = (tensor: Float32Array) => {
    let changes = 0;
    for (let place = 0; place < AREA; place++) {
      if ([0, 1, 2].some((channel) => tensor[channel * AREA + place]! > 0)) changes++;
    }
    const calm = changes === 1 ? 0.6 : 0.9;
    return [calm, 1 - calm];
  };
  const classifier: Classifier = {
    ...glare,
    classify: async (tensor, count) => {
      const rows = Array.from({ length: count }, (_, at) =>
        answer(tensor.subarray(at * 192, (at + 1) * 192)),
      );
      return Float32Array.from(rows.flat());
    },
    probabilities: async (raster) => Float32Array.from(answer(renderTensor(raster, input))),
  };
  const result = await run(classifier, { search: "random", pixels: "min", maxPixels: 3, budget: 20 });
  expect(result.tried).toHaveLength(3);
  expect(result.pixels).toHaveLength(1);
  expect(result.after.probabilities[0]).toBeCloseTo(0.6, 6);
});
