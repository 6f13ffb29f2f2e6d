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

/** How many pixels of the left half are more red than not. */
function reds(tensor: Float32Array): number {
  let count = 0;
  for (let place = 0; place < AREA; place++) if (place % 8 < 4 && tensor[place]! > 0.5) count++;
  return count;
}

/** Finds an image calm by the number of its reds, and answers into one buffer as the kernel does. */
function countsReds(calmBy: (count: number) => number): Classifier {
  const answer = (tensor: Float32Array) => {
    const calm = calmBy(reds(tensor));
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

/** The rule a second time: puts back one pixel after the other, in reading order, until none can be spared. */
async function spared(classifier: Classifier, found: Pixels, budget: number) {
  const fools = async (pixels: Pixels) => {
    const changed = withPixels(
      image,
      pixels.map(({ x, y, to }) => ({ x, y, colour: to })),
    );
    return (await classifier.probabilities(changed))[0]! < 0.5;
  };
  let left = [...found];
  let queries = 0;
  for (let size = Number.POSITIVE_INFINITY; left.length < size; ) {
    size = left.length;
    for (const pixel of [...left]) {
      if (left.length === 1 || queries === budget) break;
      const fewer = left.filter((other) => other !== pixel);
      queries++;
      if (await fools(fewer)) left = fewer;
    }
  }
  return { left, queries };
}

const de = { search: "de", population: 20, generations: 1 } as const;

describe("what is put back, and the queries for it, are those of the rule", () => {
  const three = countsReds((count) => (count >= 3 ? 0.4 : 0.9 - count / 100));
  const two = countsReds((count) => (count === 2 || count === 5 ? 0.4 : 0.9));

  test.for([
    ["at least three", three, 100],
    ["at least three, with few queries", three, 23],
    ["two or five", two, 100],
  ] as const)("%s", async ([, classifier, budget], { expect }) => {
    let dropped = 0;
    let cut = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const result = await run(classifier, { ...de, pixels: "min", maxPixels: 40, budget, seed });
      if (result.status !== "fooled") continue;
      const last = result.tried!.at(-1)!;
      const { pixels } = last;
      if (pixels === 1) continue;
      const alone = await run(classifier, { ...de, pixels, budget, seed });
      const rule = await spared(classifier, alone.pixels, budget - alone.cost.queries);
      expect(result.pixels, `seed ${seed}`).toEqual(rule.left);
      expect(last.queries, `seed ${seed}`).toBe(alone.cost.queries + rule.queries);
      dropped += alone.pixels.length - rule.left.length;
      if (last.queries === budget) cut++;
    }
    expect(dropped).toBeGreaterThan(5);
    if (budget < 100) expect(cut).toBeGreaterThan(0);
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
