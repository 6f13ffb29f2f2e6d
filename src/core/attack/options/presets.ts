import type { AttackSettings, DeSettings, Search } from "./settings.ts";

interface PresetValues {
  readonly search: Search;
  readonly objective: AttackSettings["objective"];
  readonly stop: AttackSettings["stop"];
  readonly budget: number;
  readonly de: DeSettings;
}

/**
 * Named sets of defaults. `paper` is Su, Vargas and Sakurai (2017): DE/rand/1 without crossover,
 * population 400, 100 generations after the start population, 40,400 queries. `scipy` is what ART,
 * torchattacks and the Keras code run: SciPy's DE/best/1 with dithered F and no crossover, 75
 * generations of 400. They test the best member once a generation; here every candidate is tested.
 */
export const presets = {
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
  paper: {
    search: "de",
    objective: "probability",
    stop: "confidence",
    budget: 40_400,
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
  scipy: {
    search: "de",
    objective: "probability",
    stop: "flip",
    budget: 30_400,
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
} as const satisfies Record<string, PresetValues>;

export type Preset = keyof typeof presets;
