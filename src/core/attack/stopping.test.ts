import { describe, expect, test } from "vitest";
import { image as calmImage, classifier as glare } from "../../../test/support/services.ts";
import { withCpuLimit } from "../../../test/support/signalled-kernel.ts";
import { kernelModule } from "../../node/services.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { renderTensor } from "../model/tensor.ts";
import { mapPixels } from "./map.ts";
import { type AttackInput, resolveOptions } from "./options/options.ts";
import type { FixedSettings } from "./options/settings.ts";
import { attack } from "./run.ts";
import { attackTargets } from "./targets.ts";

const module = kernelModule();
const AREA = 64;
const image: Raster = { width: 8, height: 8, channels: 3, data: new Uint8Array(AREA * 3) };

/** A classifier with these labels, by what it says to a tensor of one image. */
function classifierOf(labels: string[], answer: (tensor: Float32Array) => number[]): Classifier {
  return {
    ...glare,
    manifest: { ...glare.manifest, labels },
    classify: async (tensor, count) => {
      const size = tensor.length / count;
      const rows = Array.from({ length: count }, (_, index) =>
        answer(tensor.subarray(index * size, (index + 1) * size)),
      );
      return Float32Array.from(rows.flat());
    },
    probabilities: async (raster) => Float32Array.from(answer(renderTensor(raster, glare.manifest.input))),
  };
}

/** How many pixels of the last two columns have more than half of the red; a corner scan's first three are not there. */
function hits(tensor: Float32Array): number {
  let count = 0;
  for (let place = 0; place < AREA; place++) if (place % 8 > 5 && tensor[place]! > 0.5) count++;
  return count;
}

const boundsOf = ({ manifest }: Classifier) => ({
  ...manifest.input,
  labels: manifest.labels,
  maxBudget: 100_000,
});

function run(classifier: Classifier, options: AttackInput) {
  const settings = resolveOptions(options, boundsOf(classifier));
  return attack({ classifier, kernelModule: module, image, settings });
}

const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

describe("the search for the fewest pixels", () => {
  test("never spends more than the budget on one number, putting pixels back included", async () => {
    const hit = classifierOf(["calm", "hit"], (tensor) => (hits(tensor) > 0 ? [0.4, 0.6] : [0.9, 0.1]));
    const left: number[] = [];
    for (const seed of seeds) {
      const { tried, status, pixels } = await run(hit, {
        search: "random",
        pixels: "min",
        budget: 3,
        maxPixels: 8,
        seed,
      });
      for (const { queries } of tried!) expect(queries).toBeLessThanOrEqual(3);
      if (status === "fooled") left.push(pixels.length);
    }
    // Some searches leave nothing to put pixels back with, others do.
    expect(left.some((count) => count > 1)).toBe(true);
    expect(left.filter((count) => count === 1).length).toBeGreaterThan(10);
  });

  test("with stop=confidence, puts no pixel back whose change makes the success certain", async () => {
    const sure = classifierOf(["calm", "hit"], (tensor) => {
      const calm = [0.9, 0.4, 0.02][Math.min(hits(tensor), 2)]!;
      return [calm, 1 - calm];
    });
    let dropped = 0;
    for (const seed of seeds) {
      const options = {
        search: "random",
        pixels: "min",
        budget: 3,
        maxPixels: 8,
        stop: "confidence",
        seed,
      } as const;
      const { stopped, after, pixels, tried } = await run(sure, options);
      if (stopped !== "success") continue;
      expect(after.probabilities[0]).toBeLessThan(0.05);
      if (pixels.length < tried!.length) dropped++;
    }
    expect(dropped).toBeGreaterThan(0);
  });

  test("keeps the first of candidates that are equally near", async () => {
    const result = await run(
      classifierOf(["calm", "other"], () => [0.9, 0.1]),
      { pixels: "min", search: "random", maxPixels: 3, budget: 600 },
    );
    expect(result.status).toBe("survived");
    expect(result.tried!.map(({ pixels }) => pixels)).toEqual([1, 2, 3]);
    expect(result.pixels).toHaveLength(1);
  });

  test("goes on to no other number at the CPU limit", async () => {
    const { tried, stopped } = await withCpuLimit(() =>
      run(
        classifierOf(["calm", "other"], () => [0.9, 0.1]),
        { pixels: "min", budget: 600 },
      ),
    );
    expect(stopped).toBe("cpu-limit");
    expect(tried).toMatchObject([{ pixels: 1, queries: 0, stopped: "cpu-limit" }]);
  });
});

describe("attacks at every target", () => {
  const labels = ["none", "red", "green", "blue"];
  const calm = classifierOf(labels, () => [0.5, 0.2, 0.05, 0.25]);
  const aim = (classifier: Classifier, options: AttackInput & { pixels?: number }) => {
    const settings: FixedSettings = resolveOptions(options, boundsOf(classifier));
    return attackTargets({ classifier, kernelModule: module, image, settings });
  };

  test("begin with the target that the classifier finds the likeliest", async () => {
    const { targets } = await aim(calm, { search: "random", pixels: 2, budget: 10 });
    expect(targets.map(({ target, cost }) => [target, cost.queries])).toEqual([
      ["red", 20],
      ["green", 30],
      ["blue", 10],
    ]);
  });

  test("return the first of candidates that are equally near", async () => {
    const first = await run(calm, { search: "corners", budget: 1 });
    const { targets } = await aim(calm, { search: "corners", budget: 512 });
    for (const { pixels } of targets) expect(pixels).toEqual(first.pixels);
  });

  test("count no success that the returned image does not have", async () => {
    const boast: Classifier = {
      ...classifierOf(labels, () => [0.1, 0.2, 0.3, 0.4]),
      probabilities: calm.probabilities,
    };
    // The likeliest target's own search comes first: what a later one says of it must change nothing.
    const { targets } = await aim(boast, { search: "random", pixels: 2, budget: 20 });
    for (const target of targets) {
      expect(target).toMatchObject({ status: "survived", verified: false, stopped: "budget" });
    }
  });
});

test("a map that is stopped early holds the pixels of the full map whose colours were all tried", async () => {
  const settings = { label: null, budget: 512, engine: null };
  const request = { classifier: glare, kernelModule: module, image: calmImage, settings };
  const full = await mapPixels(request);
  const counts = new Set<number>();
  for (const most of [100, 300, 400, 440, 480]) {
    const controller = new AbortController();
    let queries = 0;
    const classify: Classifier["classify"] = (tensor, count) => {
      queries += count;
      if (queries >= most) controller.abort();
      return glare.classify(tensor, count);
    };
    const classifier = { ...glare, classify };
    const { pixels, stopped, cost } = await mapPixels({ ...request, classifier, signal: controller.signal });
    expect(stopped).toBe("aborted");
    expect(cost.queries).toBeLessThan(most + 16);
    expect(pixels.length).toBeLessThanOrEqual(cost.queries / 8);
    const places = pixels.map(({ x, y }) => y * 8 + x);
    expect(pixels).toEqual(full.pixels.filter(({ x, y }) => places.includes(y * 8 + x)));
    counts.add(pixels.length);
  }
  expect(counts.size).toBeGreaterThan(1);
});
