import { describe, expect, test } from "vitest";
import { presentPrediction, rankLabels, shownLabels } from "./present-prediction.ts";

const labelsOf = (count: number) => Array.from({ length: count }, (_, index) => `label ${index}`);
const predictionOf = (count: number) => ({
  label: "label 3",
  probability: 3 / count,
  probabilities: Array.from({ length: count }, (_, index) => ((index * 37) % count) / count),
});

test("labels are ranked by probability, equal ones in the order of the model", () => {
  expect(rankLabels(["a", "b", "c", "d"], [0.2, 0.3, 0.2, 0.3]).map(({ label }) => label)).toEqual([
    "b",
    "d",
    "a",
    "c",
  ]);
});

describe("a prediction", () => {
  test("of at most 100 labels shows every probability, whatever is asked for", () => {
    const prediction = predictionOf(100);
    for (const detail of [undefined, "top", "all"] as const) {
      expect(presentPrediction(prediction, labelsOf(100), detail, ["label 1"])).toEqual(prediction);
    }
  });

  test("of more shows the five highest and those that the request names, each once, highest first", () => {
    const labels = labelsOf(101);
    const prediction = predictionOf(101);
    const first = rankLabels(labels, prediction.probabilities).slice(0, 5);
    const shown = presentPrediction(prediction, labels, "top", ["label 0", first[2]!.label, null]);
    expect(shown).toEqual({
      label: "label 3",
      probability: prediction.probability,
      top: [...first, { label: "label 0", probability: 0 }],
    });
    expect(presentPrediction(prediction, labels, undefined, []).top).toEqual(first);
  });

  test("of more shows all of them on request", () => {
    const prediction = predictionOf(1000);
    expect(presentPrediction(prediction, labelsOf(1000), "all", [])).toEqual(prediction);
    expect(shownLabels(rankLabels(labelsOf(1000), prediction.probabilities), "all")).toHaveLength(1000);
  });
});
