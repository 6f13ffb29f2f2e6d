import { expect, test } from "vitest";
import { evaluationFile, kernelModule, nodeRegistry } from "../../node/services.ts";
import { type AttackInput, OptionError, resolveOptions } from "../attack/options/options.ts";
import { attack } from "../attack/run.ts";
import { evaluationImage } from "../audit/evaluation-set.ts";
import type { Classifier } from "../model/classifier.ts";
import { defaultEngine } from "./engine.ts";

const classifier = nodeRegistry().default;
const module = kernelModule();
const { image } = evaluationImage(evaluationFile(), 0);

function run(input: AttackInput, subject: Classifier = classifier) {
  const { labels, input: shape } = classifier.manifest;
  const settings = resolveOptions(input, { ...shape, labels, maxBudget: 100_000 });
  return attack({ classifier: subject, kernelModule: module, image, settings });
}

/** The same classifier, if its graph had an operator that is not supported. */
const unsupported: Classifier = { ...classifier, compile: () => ({ unsupported: 'has the operator "Erf"' }) };

/** The same classifier, as if its plan had been compiled wrongly. */
const astray: Classifier = {
  ...classifier,
  probabilities: async (raster) => (await classifier.probabilities(raster)).map((p) => p * 0.999),
};

test("incremental inference is the default, and onnxruntime confirms its result", async () => {
  const result = await run({ pixels: 5 });
  expect(result).toMatchObject({ engine: "incremental", status: "fooled", verified: true });
});

test("both engines find the same, with the same number of queries", async () => {
  const incremental = await run({ pixels: 3, search: "de", budget: 600, engine: "incremental" });
  const reference = await run({ pixels: 3, search: "de", budget: 600, engine: "onnxruntime" });
  const { engine: _one, settings: _first, ...found } = incremental;
  const { engine: _other, settings: _second, ...expected } = reference;
  expect(reference.engine).toBe("onnxruntime");
  expect(found).toEqual(expected);
});

test("an unsupported operator is attacked through onnxruntime, with the reason", async () => {
  expect((await run({ budget: 32 }, unsupported)).engine).toBe("onnxruntime");
  expect(await defaultEngine(unsupported, module)).toEqual({
    engine: "onnxruntime",
    reason: 'has the operator "Erf"',
  });
  await expect(run({ budget: 32, engine: "incremental" }, unsupported)).rejects.toThrow(OptionError);
});

test("a plan that disagrees with onnxruntime on the clean image is not used", async () => {
  expect((await run({ budget: 32 }, astray)).engine).toBe("onnxruntime");
  expect((await defaultEngine(astray, module)).reason).toMatch(/differs from onnxruntime by/);
  await expect(run({ budget: 32, engine: "incremental" }, astray)).rejects.toThrow(/differs/);
});

test("the shipped classifier is for incremental inference", async () => {
  expect(await defaultEngine(classifier, module)).toEqual({ engine: "incremental", reason: null });
});

test("a trial that failed is not remembered: the next request tries again", async () => {
  let loads = 0;
  const starting: Classifier = {
    ...classifier,
    probabilities: (raster) => {
      loads++;
      return loads === 1 ? Promise.reject(new Error("not yet")) : classifier.probabilities(raster);
    },
  };
  const both = await Promise.allSettled([defaultEngine(starting, module), defaultEngine(starting, module)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(loads).toBe(1);
  expect(await defaultEngine(starting, module)).toEqual({ engine: "incremental", reason: null });
  expect(await defaultEngine(starting, module)).toEqual({ engine: "incremental", reason: null });
  expect(loads).toBe(2);
});
