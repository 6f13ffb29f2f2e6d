import { beforeAll, describe, expect, test } from "vitest";
import { classifier as glare } from "../../../test/support/services.ts";
import { evaluationFile, kernelModule, nodeRegistry } from "../../node/services.ts";
import { evaluationImage } from "../audit/evaluation-set.ts";
import { decodePng } from "../image/png/png.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { renderTensor } from "../model/tensor.ts";
import type { AttackContext } from "./context.ts";
import { resolveMap } from "./map/settings.ts";
import { mapPixels } from "./map.ts";
import { type AttackInput, resolveOptions } from "./options/options.ts";
import type { FixedSettings } from "./options/settings.ts";
import type { Progress } from "./search.ts";
import { attackTargets, type TargetsResult } from "./targets.ts";

const module = kernelModule();

/** Every target that is said to be reached is what the classifier says to the returned image. */
async function expectTrue({ targets, before }: TargetsResult, classifier: Classifier): Promise<void> {
  const { labels, input } = classifier.manifest;
  expect(targets.map(({ target }) => target)).toEqual(labels.filter((label) => label !== before.label));
  for (const { target, png, status, verified, after, pixels } of targets) {
    const probabilities = await classifier.probabilities(await decodePng(png, input.channels));
    expect(labels[probabilities.indexOf(Math.max(...probabilities))]).toBe(after.label);
    expect(after.label === target).toBe(status === "fooled");
    expect(verified).toBe(status === "fooled");
    expect(pixels.length).toBeGreaterThan(0);
  }
}

describe("the shipped classifier, one pixel", () => {
  const classifier = nodeRegistry().default;
  const bounds = { ...classifier.manifest.input, labels: classifier.manifest.labels, maxBudget: 100_000 };
  /** An image that one pixel turns into something else. */
  const { image } = evaluationImage(evaluationFile(), 1);
  const context = { classifier, kernelModule: module, image };
  let result: TargetsResult;
  beforeAll(async () => {
    result = await attackTargets({ ...context, settings: resolveOptions({}, bounds) });
  });

  test("one scan answers every target, as the map does", async () => {
    expect(result.cost).toEqual({ queries: 8192, budget: 90_000 });
    expect(result.search).toBe("corners");
    await expectTrue(result, classifier);
    const { pixels } = await mapPixels({ ...context, settings: resolveMap({}, bounds) });
    const changes = pixels.flatMap(({ fooling }) => fooling);
    for (const { target, certificate, status, after } of result.targets) {
      const into = changes.filter(({ label }) => label === target);
      expect(certificate).toEqual({ corners: 8192, fooling: into.length });
      expect(status).toBe(into.length > 0 ? "fooled" : "survived");
      if (into.length === 0) continue;
      expect(after.probability).toBeCloseTo(Math.max(...into.map(({ probability }) => probability)), 4);
    }
    expect(result.targets.some(({ status }) => status === "fooled")).toBe(true);
  });
});

const AREA = 64;
const labels = ["none", "red", "green", "blue"];
const input = { ...glare.manifest.input };
const bounds = { ...input, labels, maxBudget: 100_000 };
/** Black all over. */
const image: Raster = { width: 8, height: 8, channels: 3, data: new Uint8Array(AREA * 3) };

/** Answers with the colour of which there is most in the left half, if there are two pixels full of it. */
const answer = (tensor: Float32Array): number[] => {
  const sums = [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let place = 0; place < AREA; place++) if (place % 8 < 4) sum += tensor[channel * AREA + place]!;
    return sum;
  });
  const weights = [1.9, ...sums].map((value) => Math.exp(value));
  const total = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / total);
};
let passes = 0;
let asked: Raster[] = [];
const colours: Classifier = {
  ...glare,
  manifest: { ...glare.manifest, labels },
  classify: async (tensor, count) => {
    passes += count;
    const size = tensor.length / count;
    const rows = Array.from({ length: count }, (_, index) =>
      answer(tensor.subarray(index * size, (index + 1) * size)),
    );
    return Float32Array.from(rows.flat());
  },
  probabilities: async (raster) => {
    asked.push(raster);
    return Float32Array.from(answer(renderTensor(raster, input)));
  },
};

const run = (options: AttackInput & { pixels?: number } = {}, changes: Partial<AttackContext> = {}) => {
  const settings: FixedSettings = resolveOptions({ budget: 1000, ...options }, bounds);
  return attackTargets({ classifier: colours, kernelModule: module, image, settings, ...changes });
};

describe("a classifier that two pixels of a colour turn into that colour", () => {
  test.for(["auto", "de", "sparse-rs"] as const)(
    "every colour is reached, and confirmed once: %s",
    async (search, { expect }) => {
      asked = [];
      const result = await run({ search, pixels: 2 });
      expect(asked).toHaveLength(1 + result.targets.length);
      expect(asked[0]).toBe(image);
      await expectTrue(result, colours);
      expect(result.search).toBe(search === "auto" ? "guided" : search);
      expect(result.targets.map(({ status }) => status)).toEqual(["fooled", "fooled", "fooled"]);
    },
  );

  test("what is queried for one target counts for the others, and nothing is queried twice as much", async () => {
    passes = 0;
    const result = await run({ search: "de", pixels: 3, seed: 4 });
    await expectTrue(result, colours);
    expect(passes - result.cost.queries).toBeLessThanOrEqual(16 * result.targets.length);
    const order = result.targets.toSorted((a, b) => a.cost.queries - b.cost.queries);
    expect(result.cost.queries).toBeGreaterThanOrEqual(order.at(-1)!.cost.queries);
    expect(result.targets.every(({ stopped }) => stopped === "success")).toBe(true);
  });

  test("one pixel cannot, and with too small a budget for a scan each target has its own search", async () => {
    const scan = await run();
    expect(scan.cost).toEqual({ queries: 512, budget: 3000 });
    for (const { certificate } of scan.targets) expect(certificate).toEqual({ corners: 512, fooling: 0 });
    const small = await run({ budget: 100 });
    expect(small.cost).toEqual({ queries: 300, budget: 300 });
    for (const target of small.targets) {
      expect(target).toMatchObject({ status: "survived", stopped: "budget", certificate: null });
    }
    await expectTrue(small, colours);
  });

  test("cancelling ends all searches, and progress counts on over them", async () => {
    const controller = new AbortController();
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => {
      seen.push(progress);
      if (progress.queries > 200) controller.abort();
    };
    const result = await run({ budget: 150 }, { onProgress, signal: controller.signal });
    expect(result.targets.map(({ stopped }) => stopped).toSorted()).toEqual(["aborted", "aborted", "budget"]);
    const counts = seen.map(({ queries }) => queries);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(result.cost.queries).toBeLessThan(300);
  });

  test("the same request gives the same result", async () => {
    const options = { search: "sparse-rs", pixels: 2, budget: 300 } as const;
    expect(await run(options)).toEqual(await run(options));
  });

  test("a misclassified image is not attacked", async () => {
    const result = await run({ label: "red" });
    expect(result).toMatchObject({ label: "red", targets: [], cost: { queries: 0 }, search: null });
  });
});
