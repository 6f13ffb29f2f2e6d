/** An evaluation matches labels by name: the order of a classifier's labels changes nothing. */
import { expect, test } from "vitest";
import { resolveOptions } from "../../src/core/attack/options/options.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { evaluationSet, kernelModule, nodeRegistry } from "../../src/node/services.ts";
import { attackEvaluationImage, correctImages } from "./attack-image.ts";

const classifier = nodeRegistry().default;
const { manifest } = classifier;
const count = manifest.labels.length;
const reverse = (rows: Float32Array) =>
  rows.map((_, at) => rows[at - (at % count) + (count - 1 - (at % count))]!);

/** The same classifier with its outputs and labels in reverse. */
const reversed: Classifier = {
  ...classifier,
  manifest: { ...manifest, labels: manifest.labels.toReversed() },
  classify: async (tensor, images) => reverse(await classifier.classify(tensor, images)),
  compile: async () => ({ unsupported: "has its labels in reverse" }),
  probabilities: async (image) => reverse(await classifier.probabilities(image)),
};

const set = evaluationSet();

test("the correctly classified images are the same ones", async () => {
  const straight = await correctImages(classifier, set, 20);
  expect(straight.at(-1)).toBeLessThan(40);
  expect(await correctImages(reversed, set, 20)).toEqual(straight);
});

test("images can be left out at the start of the set", async () => {
  const all = await correctImages(classifier, set, 20);
  expect(await correctImages(classifier, set, 10, all[10]!)).toEqual(all.slice(10));
});

test("the outcomes are the same, by name", async () => {
  const input = { pixels: 1, search: "random", budget: 100, engine: "onnxruntime" } as const;
  const settings = resolveOptions(input, { ...manifest.input, labels: manifest.labels, maxBudget: 100 });
  const module = kernelModule();
  const outcomes = async (measured: Classifier) => {
    const named: object[] = [];
    for (const index of [0, 1, 2, 3, 4, 5, 6, 8]) {
      const outcome = await attackEvaluationImage({ index, settings }, measured, set, module);
      const { labels } = measured.manifest;
      const name = (label: number | null) => (label === null ? null : labels[label]);
      const { status, changed, queries } = outcome;
      named.push({
        status,
        changed,
        queries,
        label: labels[outcome.label],
        newLabel: name(outcome.newLabel),
      });
    }
    return named;
  };
  const straight = await outcomes(classifier);
  expect(straight[0]).toMatchObject({ label: "cat" });
  expect(new Set(straight.map((one) => (one as { status: string }).status)).size).toBeGreaterThan(1);
  expect(await outcomes(reversed)).toEqual(straight);
});
