import { expect, test } from "vitest";
import { presets } from "./presets.ts";

test("each preset is what its documentation says, to the last value", () => {
  expect(presets).toEqual({
    default: {
      search: "auto",
      objective: "margin",
      stop: "flip",
      budget: 10_000,
      de: {
        strategy: "best1",
        population: 50,
        generations: 10_000,
        mutationFactor: [0.5, 0.5],
        crossover: 0.5,
        colours: "corners",
        start: "uniform",
      },
    },
    // Su, Vargas and Sakurai (2017): 400 members and 100 generations of 400 children.
    paper: {
      search: "de",
      objective: "probability",
      stop: "confidence",
      budget: 400 + 100 * 400,
      de: {
        strategy: "rand1",
        population: 400,
        generations: 100,
        mutationFactor: [0.5, 0.5],
        crossover: 1,
        colours: "full",
        start: "normal",
      },
    },
    // SciPy's best1bin: F drawn from 0.5 to 1 in each generation; all genes from the mutant, as ART has it.
    scipy: {
      search: "de",
      objective: "probability",
      stop: "flip",
      budget: 400 + 75 * 400,
      de: {
        strategy: "best1",
        population: 400,
        generations: 75,
        mutationFactor: [0.5, 1],
        crossover: 1,
        colours: "full",
        start: "uniform",
      },
    },
  });
});
