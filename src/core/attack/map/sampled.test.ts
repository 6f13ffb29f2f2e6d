import { beforeAll, describe, expect, test } from "vitest";
import { image as calm, classifier as glare } from "../../../../test/support/services.ts";
import { evaluationFile, kernelModule, nodeRegistry } from "../../../node/services.ts";
import { evaluationImage } from "../../audit/evaluation-set.ts";
import { stretch } from "../../image/stretch.ts";
import { inputOf } from "../../input.ts";
import { mapPixels } from "../map.ts";
import type { Progress } from "../search.ts";
import type { MapBlock, MapResult } from "./result.ts";

const shipped = nodeRegistry().default;
const kernel = kernelModule();
/** An image that one pixel can fool in few of its corner colours. */
const { image } = evaluationImage(evaluationFile(), 1);
const settings = { label: null, engine: null, seed: 1 };

const isIn = ({ x, y, width, height }: MapBlock, pixel: { x: number; y: number }) =>
  pixel.x >= x && pixel.x < x + width && pixel.y >= y && pixel.y < y + height;
const pixelsIn = (block: MapBlock, map: MapResult) => map.pixels.filter((pixel) => isIn(block, pixel));

describe("a sample of the changes that a whole map tries", () => {
  const request = { classifier: shipped, kernelModule: kernel, image };
  let whole: MapResult;
  let sampled: MapResult;
  const events: Progress[] = [];
  beforeAll(async () => {
    whole = await mapPixels({ ...request, settings: { ...settings, budget: 8192 } });
    const onProgress = (progress: Progress) => void events.push(progress);
    sampled = await mapPixels({ ...request, settings: { ...settings, budget: 1000 }, onProgress });
  }, 60_000);

  test("says of the whole what is true, and claims no more than it tried", () => {
    expect(sampled).toMatchObject({
      stopped: "budget",
      certificate: null,
      cost: { queries: 1000, budget: 1000 },
      engine: "incremental",
    });
    const blocks = sampled.blocks!;
    expect(blocks.reduce((sum, { tried }) => sum + tried, 0)).toBe(1000);
    for (const block of blocks) {
      expect(block.changes).toBe(block.width * block.height * 8);
      const pixels = pixelsIn(block, whole);
      expect(block.margin).toBeGreaterThanOrEqual(Math.min(...pixels.map(({ margin }) => margin)));
      expect(block.margin < 0).toBe(block.fooling.length > 0);
      const found = pixels.flatMap(({ x, y, fooling }) => fooling.map((each) => ({ x, y, ...each })));
      for (const each of block.fooling) expect(found).toContainEqual(each);
      if (block.tried === block.changes) expect(pixelsIn(block, sampled)).toEqual(pixels);
    }
    expect(sampled.pixels).toEqual(
      whole.pixels.filter(({ x, y }) => sampled.pixels.some((pixel) => pixel.x === x && pixel.y === y)),
    );
  });

  test("finds more than its share of what fools", () => {
    const found = sampled.blocks!.reduce((sum, { fooling }) => sum + fooling.length, 0);
    expect(found / whole.certificate!.fooling).toBeGreaterThan(1000 / 8192);
  });

  test("is told in progress events that together are the result", () => {
    const canvas = new Map<string, MapBlock>();
    for (const { blocks } of events) {
      for (const block of blocks!)
        canvas.set(JSON.stringify([block.x, block.y, block.width, block.height]), block);
    }
    const last = events.at(-1)!.queries;
    expect(last).toBeGreaterThan(900);
    const told = sampled.blocks!.map(({ x, y, width, height }) =>
      canvas.get(JSON.stringify([x, y, width, height])),
    );
    const tried = told.reduce((sum, block) => sum + (block?.tried ?? 0), 0);
    expect(tried).toBe(last);
  });

  test("is the same again, and another one from another seed", async () => {
    expect(await mapPixels({ ...request, settings: { ...settings, budget: 1000 } })).toEqual(sampled);
    const other = await mapPixels({ ...request, settings: { ...settings, seed: 2, budget: 1000 } });
    expect(other.blocks).not.toEqual(sampled.blocks);
  });
});

test("a photo is mapped in its own pixels: what a block says fools does so in the photo", async () => {
  const { classifier, image: photo } = inputOf(
    shipped,
    stretch(image, { width: 70, height: 50, channels: 3 }),
    "source",
  );
  const request = { classifier, kernelModule: kernel, image: photo };
  const map = await mapPixels({ ...request, settings: { ...settings, budget: 600, space: "source" } });
  expect(map).toMatchObject({ width: 70, height: 50, cost: { queries: 600 }, engine: "incremental" });
  const fooling = map.blocks!.flatMap((block) => block.fooling);
  expect(fooling.length).toBeGreaterThan(0);
  for (const { x, y, colour, label, probability } of fooling.slice(0, 5)) {
    const data = photo.data.slice();
    const word = Number.parseInt(colour.slice(1), 16);
    data.set([word >> 16, (word >> 8) & 255, word & 255], (y * 70 + x) * 3);
    const row = await classifier.probabilities({ ...photo, data });
    expect(row.indexOf(Math.max(...row))).toBe(shipped.manifest.labels.indexOf(label));
    expect(Math.max(...row)).toBeCloseTo(probability, 3);
  }
});

describe("a sampled map that is stopped", () => {
  const request = { classifier: glare, kernelModule: kernel, image: calm };

  test("tells what was tried until then", async () => {
    const controller = new AbortController();
    let pauses = 0;
    const pause = async () => {
      if (++pauses === 2) controller.abort();
    };
    const map = await mapPixels({
      ...request,
      settings: { ...settings, budget: 500 },
      signal: controller.signal,
      pause,
    });
    expect(map).toMatchObject({ stopped: "aborted", certificate: null, cost: { queries: 32, budget: 500 } });
    expect(map.blocks!.reduce((sum, { tried }) => sum + tried, 0)).toBe(32);
    for (const { tried } of map.blocks!) expect(tried).toBeGreaterThan(0);
  });

  test("has no blocks if the classifier is wrong from the start", async () => {
    const map = await mapPixels({ ...request, settings: { ...settings, label: "glaring", budget: 500 } });
    expect(map).toMatchObject({ pixels: [], stopped: null, cost: { queries: 0, budget: 500 } });
    expect(map).not.toHaveProperty("blocks");
  });
});
