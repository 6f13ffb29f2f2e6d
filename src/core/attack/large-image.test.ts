import { expect, test } from "vitest";
import { kernelModule } from "../../node/services.ts";
import type { Classifier } from "../model/classifier.ts";
import { type LimitedContext, oracleFor } from "./context.ts";
import { kernelSearch } from "./options/kernel-search.ts";
import { type AttackInput, OptionError, resolveOptions } from "./options/options.ts";
import type { FixedSettings } from "./options/settings.ts";

const SIZE = 1024;
const input = {
  width: SIZE,
  height: SIZE,
  channels: 3,
  layout: "NCHW",
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
} as const;
const clean = new Float32Array([0.9, 0.1]);

/** A classifier of the largest images, of which nothing but its size is asked. */
const classifier: Classifier = {
  manifest: {
    id: "large",
    title: "Large",
    labels: ["cat", "dog"],
    input: { ...input, mean: [...input.mean], std: [...input.std] },
    output: "probabilities",
  },
  onnx: async () => new ArrayBuffer(0),
  sha256: "0".repeat(64),
  bytes: 0,
  classify: async (_, count) => new Float32Array(count * 2).fill(0.5),
  compile: async () => ({ unsupported: "is not for this" }),
  cost: () => ({ multiplyAdds: 0 }),
  probabilities: async () => clean,
};
const image = { width: SIZE, height: SIZE, channels: 3, data: new Uint8Array(SIZE * SIZE * 3) } as const;
const context: LimitedContext = { classifier, kernelModule: kernelModule(), image, ties: { left: 0 } };

function engine(options: AttackInput) {
  const settings = resolveOptions(options, {
    ...input,
    labels: ["cat", "dog"],
    maxBudget: 1000,
  }) as FixedSettings;
  return oracleFor(context, { ...settings, search: kernelSearch(settings, image) }, clean);
}

test.each([1, 3, 1024])("the default search takes the largest images, with %d pixels", async (pixels) => {
  const { kernel } = await engine({ pixels, budget: 1000 });
  kernel.begin(1);
  expect(kernel.ask(1).count).toBe(1);
});

test("the corner scan refuses an image that its map does not fit, naming the option", async () => {
  await expect(engine({ search: "corners", budget: 1000 })).rejects.toThrow(OptionError);
  await expect(engine({ search: "corners", budget: 1000 })).rejects.toThrow(/search needs more memory/);
});

test("an engine that cannot be had is an error of the option `engine`, with the reason and what to do", async () => {
  const refused = () => engine({ pixels: 3, engine: "incremental", budget: 100 });
  await expect(refused).rejects.toThrow(
    new OptionError(
      "engine",
      'cannot be "incremental": the model is not for this. Omit it, or use engine=onnxruntime.',
    ),
  );
});

test("the error of an option keeps its cause", async () => {
  await expect(engine({ search: "corners", budget: 1000 })).rejects.toMatchObject({
    cause: expect.objectContaining({ name: "KernelMemoryError" }),
  });
  await expect(engine({ pixels: 3, engine: "incremental", budget: 100 })).rejects.toMatchObject({
    cause: expect.objectContaining({ name: "OracleError" }),
  });
});

test("an error that no option can mend stays what it is", async () => {
  const broken = { ...image, channels: 2 } as never;
  const settings = { pixels: 1, budget: 10, engine: null, search: { search: "random" } } as const;
  const refused = () => oracleFor({ ...context, image: broken }, settings, clean);
  await expect(refused).rejects.toThrow(RangeError);
  await expect(refused).rejects.not.toBeInstanceOf(OptionError);
});
