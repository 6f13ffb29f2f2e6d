import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { image as calm, classifier as glare } from "../../../test/support/services.ts";
import { kernelModule, nodeRegistry } from "../../node/services.ts";
import { decodePng } from "../image/png/png.ts";
import { type MapInput, resolveMap } from "./map/settings.ts";
import { mapPixels } from "./map.ts";
import { OptionError } from "./options/options.ts";

const classifier = nodeRegistry().default;
const module = kernelModule();
const { labels, input } = classifier.manifest;
const bounds = { ...input, labels, maxBudget: 100_000 };

test("the default budget completes the map of a sample that has near ties", async () => {
  const png = readFileSync(new URL("../../../models/samples/cifar10/deer-4.png", import.meta.url));
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

  test("tells every fooling colour of a pixel, by colour, with the answer to it", async () => {
    // Red, and more so with blue, turns a pixel of the inner 4×4 glaring; answers come in one buffer, as the kernel's do.
    const answer = (tensor: Float32Array) => {
      let glaring = 0.1;
      for (let place = 0; place < 64; place++) {
        const [r, g, b] = [0, 1, 2].map((channel) => tensor[channel * 64 + place]!);
        const isInner = place % 8 > 1 && place % 8 < 6 && place > 15 && place < 48;
        if (isInner && r! > 0.5) glaring = Math.max(glaring, 0.6 + 0.2 * b! + 0.1 * g!);
      }
      return [1 - glaring, glaring];
    };
    const buffer = new Float32Array(64);
    const classifier = {
      ...glare,
      classify: async (tensor: Float32Array, count: number) => {
        for (let at = 0; at < count; at++)
          buffer.set(answer(tensor.subarray(at * 192, (at + 1) * 192)), at * 2);
        return buffer.subarray(0, count * 2);
      },
    };
    const { pixels, certificate } = await mapPixels({ ...request, classifier });
    const inner = pixels.filter(({ x, y }) => x > 1 && x < 6 && y > 1 && y < 6);
    const colours = ["#ff0000", "#ff00ff", "#ffff00", "#ffffff"];
    for (const { fooling, margin } of inner) {
      expect(fooling.map(({ colour }) => colour)).toEqual(colours);
      for (const [at, probability] of [0.6, 0.8, 0.7, 0.9].entries()) {
        expect(fooling[at]!.label).toBe("glaring");
        expect(fooling[at]!.probability).toBeCloseTo(probability, 5);
      }
      expect(margin).toBeCloseTo(Math.log(0.1 / 0.9), 4);
    }
    expect(inner).toHaveLength(16);
    expect(certificate).toEqual({ corners: 512, fooling: 64 });
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
    expect(result).toEqual({
      label: "glaring",
      before: { label: "calm", probability: expect.any(Number), probabilities: expect.any(Array) },
      width: 8,
      height: 8,
      settings: { ...settings, label: "glaring" },
      pixels: [],
      cost: { queries: 0, budget: 512 },
      stopped: null,
      certificate: null,
      engine: "onnxruntime",
    });
  });
});

test.for<[string, MapInput, typeof bounds]>([
  ["budget must be a whole number from 1 to 100000, not 100001.", { budget: 100_001 }, bounds],
  ["budget must be a whole number from 1 to 100000, not 0.", { budget: 0 }, bounds],
  ["seed must be a whole number from 0 to 4294967295, not -1.", { budget: 100, seed: -1 }, bounds],
  [
    `label must be one of the classifier's labels (${labels.join(", ")}), not "zebra".`,
    { label: "zebra" },
    bounds,
  ],
])("%s", ([message, options, limits], { expect }) => {
  const refused = () => resolveMap(options, limits);
  expect(refused).toThrow(OptionError);
  expect(refused).toThrow(message);
});

test("the options of a map are its label, budget and engine, and the budget is what it needs", () => {
  const exact = { ...bounds, maxBudget: 8192 };
  expect(resolveMap({}, exact)).toEqual({ label: null, budget: 8192, engine: null });
  const given = { label: "cat", budget: 9000, engine: "onnxruntime" } as const;
  expect(resolveMap({ ...given, seed: 7 }, bounds)).toEqual(given);
});

describe("a map that is not whole", () => {
  const limit = { maxWork: 1000, workOf: ({ budget }: { budget: number }) => 10 * budget };

  test("is sampled from a seed, with the budget that was given or that is allowed", () => {
    expect(resolveMap({ budget: 8191 }, bounds)).toEqual({
      label: null,
      budget: 8191,
      engine: null,
      seed: 1,
    });
    expect(resolveMap({ seed: 7 }, { ...bounds, maxBudget: 8191 })).toMatchObject({ budget: 8191, seed: 7 });
    expect(resolveMap({}, bounds, limit)).toMatchObject({ budget: 100, seed: 1 });
  });

  test("of a large image has at most 100,000 queries, unless it asks for more", () => {
    const large = { ...bounds, width: 640, height: 427, maxBudget: 1_000_000 };
    expect(resolveMap({ space: "source" }, large)).toEqual({
      label: null,
      budget: 100_000,
      engine: null,
      seed: 1,
      space: "source",
    });
  });

  test("sent again with its settings, it is the same", () => {
    const settings = resolveMap({}, bounds, limit);
    expect(resolveMap(settings, bounds, limit)).toEqual(settings);
  });

  test("is refused with a budget of too much work, which says what fits", () => {
    expect(() => resolveMap({ budget: 101 }, bounds, limit)).toThrow(
      "budget must be at most 100 with these options, not 101: a request may cost 1000 million multiply-adds, and this one may cost 1010.",
    );
    expect(() => resolveMap({}, bounds, { ...limit, maxWork: 9 })).toThrow(
      "model takes 10 million multiply-adds for one query",
    );
  });
});
