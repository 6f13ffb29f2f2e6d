import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { image as calm, classifier as glare } from "../../../test/support/services.ts";
import { kernelModule, nodeRegistry } from "../../node/services.ts";
import { decodePng } from "../image/png/png.ts";
import { type MapInput, mapPixels, resolveMap } from "./map.ts";
import { OptionError } from "./options/options.ts";

const classifier = nodeRegistry().default;
const module = kernelModule();
const { labels, input } = classifier.manifest;
const bounds = { ...input, labels, maxBudget: 100_000 };

test("the default budget completes the map of a sample that has near ties", async () => {
  const png = readFileSync(new URL("../../../models/samples/deer-4.png", import.meta.url));
  const image = await decodePng(png, 3);
  const settings = resolveMap({ label: "deer" }, bounds);
  const { pixels, stopped, certificate, cost } = await mapPixels({
    classifier,
    kernelModule: module,
    image,
    settings,
  });
  expect(cost).toEqual({ queries: 8192, budget: 8192 });
  expect(pixels).toHaveLength(1024);
  expect(stopped).toBe("exhausted");
  const fooling = pixels.reduce((sum, pixel) => sum + pixel.fooling.length, 0);
  expect(certificate).toEqual({ corners: 8192, fooling });
});

describe("a classifier of 8×8 images", () => {
  const settings = { label: null, budget: 512, engine: null };
  const request = { classifier: glare, kernelModule: module, image: calm, settings };

  test("fooling colours are those that it falls for, at the pixels that it looks at", async () => {
    const { pixels, certificate, engine } = await mapPixels(request);
    expect(engine).toBe("onnxruntime");
    expect(pixels.map(({ x, y }) => y * 8 + x)).toEqual(Array.from({ length: 64 }, (_, index) => index));
    const fooling = pixels.filter((pixel) => pixel.fooling.length > 0);
    expect(fooling.map(({ x, y }) => [x, y])).toEqual(
      [2, 3, 4, 5].flatMap((y) => [2, 3, 4, 5].map((x) => [x, y])),
    );
    for (const { fooling: colours, margin } of fooling) {
      expect(colours).toEqual([{ colour: "#ff00ff", label: "glaring", probability: 0.75 }]);
      expect(margin).toBeCloseTo(Math.log(0.25 / 0.75), 5);
    }
    expect(certificate).toEqual({ corners: 512, fooling: 16 });
  });

  test("a map that is stopped early holds finished pixels only, and certifies nothing", async () => {
    const controller = new AbortController();
    let pauses = 0;
    // Sixteen queries lie between two pauses, so half of the pixels have had all their eight colours.
    const pause = async () => {
      if (++pauses === 30) controller.abort();
    };
    const result = await mapPixels({ ...request, signal: controller.signal, pause });
    expect(result).toMatchObject({ stopped: "aborted", certificate: null, cost: { queries: 480 } });
    const whole = await mapPixels(request);
    const finished = new Set(result.pixels.map(({ x, y }) => `${x},${y}`));
    expect(finished.size).toBe(32);
    expect(result.pixels).toEqual(whole.pixels.filter(({ x, y }) => finished.has(`${x},${y}`)));
  });

  test("an image that is misclassified from the start is not mapped", async () => {
    const result = await mapPixels({ ...request, settings: { ...settings, label: "glaring" } });
    expect(result).toMatchObject({ label: "glaring", pixels: [], stopped: null, certificate: null });
    expect(result.cost.queries).toBe(0);
  });
});

test.for([
  ["budget", { budget: 8191 }, bounds],
  ["budget", { budget: 100_001 }, bounds],
  ["label", { label: "zebra" }, bounds],
  ["model", {}, { ...bounds, width: 224, height: 224 }],
] as [string, MapInput, typeof bounds][])("%s is refused: %o", ([field, options, limits], { expect }) => {
  const refused = () => resolveMap(options, limits);
  expect(refused).toThrow(OptionError);
  expect(refused).toThrow(new RegExp(`^${field}`));
});
