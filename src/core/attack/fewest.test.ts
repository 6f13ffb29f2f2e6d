import { describe, expect, test } from "vitest";
import { classifier as glare } from "../../../test/support/services.ts";
import { kernelModule } from "../../node/services.ts";
import { outcomeOf } from "../audit/outcome-of.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { renderTensor } from "../model/tensor.ts";
import type { AttackContext } from "./context.ts";
import { type AttackInput, resolveOptions } from "./options/options.ts";
import { attack } from "./run.ts";
import type { Progress } from "./search.ts";

const module = kernelModule();
const { labels, input } = glare.manifest;
const bounds = { ...input, labels, maxBudget: 100_000 };
const AREA = 64;

/** Black all over. */
const image: Raster = { width: 8, height: 8, channels: 3, data: new Uint8Array(AREA * 3) };

/** How many pixels of the left half are white. */
function whites(tensor: Float32Array): number {
  let count = 0;
  for (let place = 0; place < AREA; place++) {
    const isWhite = [0, 1, 2].every((channel) => tensor[channel * AREA + place]! > 0.9);
    if (place % 8 < 4 && isWhite) count++;
  }
  return count;
}

/** Is fooled by just so many white pixels as `fools` says; certainty falls a little with each. */
function countsWhites(fools: (count: number) => boolean): Classifier {
  const answer = (tensor: Float32Array) => {
    const count = whites(tensor);
    const calm = fools(count) ? 0.4 : 0.9 - Math.min(count, 10) / 100;
    return [calm, 1 - calm];
  };
  return {
    ...glare,
    classify: async (tensor, count) => {
      const size = tensor.length / count;
      return Float32Array.from(
        Array.from({ length: count }, (_, index) =>
          answer(tensor.subarray(index * size, (index + 1) * size)),
        ).flat(),
      );
    },
    probabilities: async (raster) => Float32Array.from(answer(renderTensor(raster, input))),
  };
}

const run = (classifier: Classifier, options: AttackInput = {}, changes: Partial<AttackContext> = {}) => {
  const settings = resolveOptions({ pixels: "min", budget: 2000, ...options }, bounds);
  return attack({ classifier, kernelModule: module, image, settings, ...changes });
};

test("one pixel that fools is found by the corner scan", async () => {
  const result = await run(countsWhites((count) => count >= 1));
  expect(result).toMatchObject({ status: "fooled", verified: true, stopped: "success", certificate: null });
  expect(result.pixels).toHaveLength(1);
  expect(result.tried).toEqual([
    { pixels: 1, search: "corners", queries: result.cost.queries, stopped: "success" },
  ]);
});

describe("a classifier that three white pixels fool", () => {
  const three = countsWhites((count) => count >= 3);

  test.for(["auto", "de", "sparse-rs"] as const)("search=%s", async (search, { expect }) => {
    const result = await run(three, { search, budget: 4000 });
    expect(result).toMatchObject({ status: "fooled", verified: true });
    expect(result.pixels).toHaveLength(3);
    expect(result.certificate).toEqual({ corners: 512, fooling: 0 });
    const tried = result.tried!;
    expect(tried.map(({ pixels }) => pixels)).toEqual(Array.from(tried, (_, index) => index + 1));
    expect(tried[0]).toEqual({ pixels: 1, search: "corners", queries: 512, stopped: "exhausted" });
    const ran = search === "auto" ? "guided" : search;
    for (const { search } of tried.slice(1)) expect(search).toBe(ran);
    expect(result.search).toBe(ran);
    expect(tried.at(-1)!.stopped).toBe("success");
    expect(tried.reduce((sum, { queries }) => sum + queries, 0)).toBe(result.cost.queries);
  });

  test("the success is confirmed once, and the clean image makes no trip through PNG", async () => {
    const asked: Raster[] = [];
    const probabilities = (raster: Raster) => {
      asked.push(raster);
      return three.probabilities(raster);
    };
    const result = await run({ ...three, probabilities }, { search: "de", budget: 4000 });
    expect(result).toMatchObject({ status: "fooled", verified: true });
    expect(result.tried).toHaveLength(3);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toBe(image);
  });

  test("pixels that are not needed are put back", async () => {
    // Corner colours are drawn at random: with a small budget it takes many pixels to hit three whites.
    const options = { search: "de", population: 20, generations: 1, budget: 100, maxPixels: 64 } as const;
    const result = await run(three, options);
    expect(result.tried!.length).toBeGreaterThan(5);
    expect(result.status).toBe("fooled");
    expect(result.pixels).toHaveLength(3);
    for (const { queries } of result.tried!) expect(queries).toBeLessThanOrEqual(100);
  });

  test("it survives where the numbers of pixels end before", async () => {
    const result = await run(three, { maxPixels: 2, budget: 600 });
    expect(result).toMatchObject({ status: "survived", verified: false, cost: { budget: 512 + 600 } });
    expect(result.tried).toHaveLength(2);
    expect(outcomeOf(result, 4, labels)).toMatchObject({ pixels: "min", certified: true, changed: [] });
  });

  test("the same request gives the same result", async () => {
    const options = { search: "sparse-rs", budget: 700 } as const;
    expect(await run(three, options)).toEqual(await run(three, options));
  });

  test("an aborted search goes on to no other number of pixels", async () => {
    const controller = new AbortController();
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => {
      seen.push(progress);
      if (progress.queries > 700) controller.abort();
    };
    const result = await run(three, { search: "random" }, { signal: controller.signal, onProgress });
    expect(result).toMatchObject({ status: "survived", stopped: "aborted" });
    expect(result.tried).toHaveLength(2);
    const counts = seen.map(({ queries }) => queries);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(result.cost.queries).toBeLessThan(850);
  });
});

test("more pixels need not fool where fewer do", async () => {
  const result = await run(
    countsWhites((count) => count === 2),
    { search: "de" },
  );
  expect(result.pixels).toHaveLength(2);
  expect(result.tried!.map(({ pixels }) => pixels)).toEqual([1, 2]);
});

test("a misclassified image is not searched", async () => {
  const result = await run(
    countsWhites(() => true),
    { label: "calm" },
  );
  expect(result).toMatchObject({
    status: "misclassified",
    cost: { queries: 0 },
    settings: { pixels: "min" },
  });
  expect(result).not.toHaveProperty("tried");
});
