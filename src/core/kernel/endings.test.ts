import { expect, test } from "vitest";
import { bowl, chunksOf, kernelOptions, noise, paper } from "../../../test/support/kernel/fixtures.ts";
import { createKernel, type KernelOptions } from "./kernel.ts";
import type { SearchSettings } from "./search-settings.ts";

/** Runs a search to its end, and says how many candidates it asked and why it ended. */
function run(search: SearchSettings, options: Partial<KernelOptions> = {}, limit = 16) {
  const image = options.image ?? noise(8, 8, 3);
  const kernel = createKernel(kernelOptions({ image, search: search, ...options }));
  kernel.begin(1);
  let queries = 0;
  for (const { candidates } of chunksOf(kernel, bowl(image), [limit])) {
    expect(kernel.ending).toBeNull();
    queries += candidates.length;
  }
  const { ending } = kernel;
  // Whoever asks again is told the same.
  expect(kernel.ask(limit).count).toBe(0);
  expect(kernel.ending).toBe(ending);
  return { queries, ending };
}

const de = { ...paper, population: 20, strategy: "best1", crossover: 0.5 } as const;

test.for([512, 513, 1000])("a corner scan with a budget of %d for 512 corners is exhausted", (budget) => {
  for (const limit of [1, 7, 16]) {
    expect(run({ search: "corners" }, { budget }, limit)).toEqual({ queries: 512, ending: "exhausted" });
  }
});

test.for([1, 16, 511])("a corner scan with a budget of %d for 512 corners ends with it", (budget) => {
  for (const limit of [1, 7, 16]) {
    expect(run({ search: "corners" }, { budget }, limit)).toEqual({ queries: budget, ending: "budget" });
  }
});

test("a population of de that proposes nothing new has converged", () => {
  const { queries, ending } = run({ ...de, generations: 10_000 });
  expect(ending).toBe("converged");
  expect(queries).toBeLessThan(40_400);
});

test("de ends with its generations, or with the queries", () => {
  expect(run({ ...de, generations: 3 }).ending).toBe("budget");
  expect(run({ ...de, generations: 10_000 }, { budget: 33 })).toEqual({ queries: 33, ending: "budget" });
});

test("the guided search gives up without progress, and where it proposes nothing new", () => {
  const { queries, ending } = run({ search: "guided" }, { pixels: 2 });
  expect(ending).toBe("gave-up");
  expect(queries).toBeGreaterThan(4000);
  const image = noise(3, 2, 1);
  expect(run({ search: "guided" }, { image, pixels: 1 })).toEqual({ queries: 12, ending: "gave-up" });
  expect(run({ search: "guided" }, { pixels: 2, budget: 50 })).toEqual({ queries: 50, ending: "budget" });
});

test.for<[SearchSettings, number, number]>([
  [{ search: "random" }, 1, 256],
  [{ search: "sparse-rs", alpha: 0.3 }, 6, 12],
])(
  "%o gives up where it proposes nothing new: that it tried everything is chance",
  ([search, width, all]) => {
    const image = noise(width, 1, 1);
    expect(run(search, { image })).toEqual({ queries: all, ending: "gave-up" });
    expect(run(search, { image, budget: 7 })).toEqual({ queries: 7, ending: "budget" });
  },
);
