/** The ends of an attack at which nothing was found. */
import { expect, test } from "vitest";
import { image as calm, classifier as glare } from "../../../test/support/services.ts";
import { kernelModule } from "../../node/services.ts";
import { decodePng } from "../image/png/png.ts";
import type { AttackContext } from "./context.ts";
import { type AttackInput, OptionError, resolveOptions } from "./options/options.ts";
import { attack } from "./run.ts";
import { attackTargets } from "./targets.ts";

const { labels, input } = glare.manifest;
const bounds = { ...input, labels, maxBudget: 100_000 };
const context: AttackContext = { classifier: glare, kernelModule: kernelModule(), image: calm };
const aborted = () => AbortSignal.abort();

const run = (options: AttackInput, changes: Partial<AttackContext> = {}) =>
  attack({ ...context, ...changes, settings: resolveOptions(options, bounds) });

test("the label that the classifier gives by itself is no target", async () => {
  const refused = run({ target: "calm" });
  await expect(refused).rejects.toThrow(new OptionError("target", 'must differ from the label, "calm".'));
});

test("an image that is misclassified from the start is returned as it is", async () => {
  const result = await run({ label: "glaring", pixels: 3, budget: 70 });
  const { png, before, settings, ...rest } = result;
  expect(rest).toEqual({
    label: "glaring",
    target: null,
    status: "misclassified",
    after: before,
    pixels: [],
    cost: { queries: 0, generations: 0, budget: 70 },
    search: null,
    stopped: null,
    certificate: null,
    engine: "onnxruntime",
    verified: false,
  });
  expect(before.label).toBe("calm");
  expect(settings).toMatchObject({ label: "glaring", pixels: 3 });
  expect((await decodePng(png, 3)).data).toEqual(calm.data);
});

test("an attack that is aborted before its first query returns the unchanged image", async () => {
  const { png, before, ...result } = await run({ pixels: 3, budget: 70 }, { signal: aborted() });
  expect(result).toMatchObject({
    label: "calm",
    status: "survived",
    after: before,
    pixels: [],
    cost: { queries: 0, generations: 0, budget: 70 },
    search: "guided",
    stopped: "aborted",
    certificate: null,
    verified: false,
  });
  expect(result).not.toHaveProperty("tried");
  expect((await decodePng(png, 3)).data).toEqual(calm.data);
});

test("so do attacks at every target, with one image for all of them", async () => {
  const names = ["calm", "glaring", "dull", "dark"];
  const asked: unknown[] = [];
  const classifier = {
    ...glare,
    manifest: { ...glare.manifest, labels: names },
    probabilities: async (image: unknown) => {
      asked.push(image);
      return Float32Array.of(0.7, 0.1, 0.1, 0.1);
    },
  };
  const settings = resolveOptions({ pixels: 2, budget: 50 } as const, { ...bounds, labels: names });
  const result = await attackTargets({ ...context, classifier, signal: aborted(), settings });
  expect(asked).toHaveLength(2);
  expect(result).toMatchObject({ label: "calm", cost: { queries: 0, budget: 150 }, search: "guided" });
  expect(result.targets.map(({ target }) => target)).toEqual(["glaring", "dull", "dark"]);
  for (const target of result.targets) {
    expect(target).toMatchObject({
      status: "survived",
      after: result.before,
      pixels: [],
      cost: { queries: 0 },
      stopped: "aborted",
      certificate: null,
      verified: false,
    });
  }
});

test("attacks at every target of a misclassified image are not made", async () => {
  const settings = resolveOptions({ label: "glaring", pixels: 2, budget: 50 } as const, bounds);
  const result = await attackTargets({ ...context, settings });
  expect(result).toEqual({
    label: "glaring",
    before: expect.objectContaining({ label: "calm" }),
    settings,
    targets: [],
    cost: { queries: 0, budget: 50 },
    search: null,
    engine: "onnxruntime",
  });
});

test("the most queries of a search for the fewest pixels are those of all its numbers", async () => {
  const { cost } = await run({ pixels: "min", maxPixels: 4, budget: 600 });
  expect(cost.budget).toBe(512 + 3 * 600);
});
