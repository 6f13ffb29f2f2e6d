import { expect, test } from "vitest";
import { canMapCorners, kernelSearch } from "./kernel-search.ts";
import { type AttackInput, type OptionBounds, OptionError, resolveOptions } from "./options.ts";

const bounds = {
  labels: ["cat", "dog", "ship"],
  width: 32,
  height: 32,
  channels: 3,
  maxBudget: 100_000,
} as const;

function problemOf(input: AttackInput, other: OptionBounds = bounds): { field: string; detail: string } {
  try {
    resolveOptions(input, other);
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(input)}`);
}

test("every option has a default", () => {
  expect(resolveOptions({}, bounds)).toMatchObject({
    pixels: 1,
    target: null,
    label: null,
    objective: "margin",
    stop: "flip",
    seed: 1,
    engine: null,
  });
});

test("the paper's preset is the paper's experiment", () => {
  expect(resolveOptions({ preset: "paper" }, bounds)).toEqual({
    pixels: 1,
    target: null,
    label: null,
    search: "de",
    strategy: "rand1",
    population: 400,
    generations: 100,
    mutationFactor: [0.5, 0.5],
    crossover: 1,
    colours: "full",
    start: "normal",
    objective: "probability",
    stop: "confidence",
    seed: 1,
    budget: 40_400,
    engine: null,
  });
});

test("resolved options resolve to themselves", () => {
  for (const input of [
    {},
    { preset: "paper" },
    { search: "corners", exhaustive: true, budget: 8192 },
    { search: "random", pixels: 5 },
    { search: "de", pixels: "min" },
    { pixels: "min", maxPixels: 3 },
    { search: "sparse-rs", pixels: 3, target: "dog", label: "cat" },
  ] as const) {
    const settings = resolveOptions(input, bounds);
    expect(resolveOptions(settings, bounds)).toEqual(settings);
  }
});

test("the fewest pixels are searched for up to ten, or as many as there are", () => {
  expect(resolveOptions({ pixels: "min" }, bounds)).toMatchObject({ pixels: "min", maxPixels: 10 });
  const tiny = { ...bounds, width: 2, height: 3 };
  expect(resolveOptions({ pixels: "min" }, tiny)).toMatchObject({ pixels: "min", maxPixels: 6 });
});

test("sparse-rs towards a target lowers what its authors lower, unless told otherwise", () => {
  const objective = (input: AttackInput, other: OptionBounds = bounds) =>
    resolveOptions({ pixels: 3, ...input }, other).objective;
  const large = { ...bounds, width: 1024, height: 1024 };
  expect(objective({ search: "sparse-rs", target: "dog" })).toBe("probability");
  expect(objective({ search: "sparse-rs" }, { ...bounds, targeted: true })).toBe("probability");
  expect(objective({ target: "dog" }, large)).toBe("margin");
  expect(objective({ search: "sparse-rs", target: "dog", objective: "margin" })).toBe("margin");
  expect(objective({ search: "sparse-rs" })).toBe("margin");
  expect(objective({ target: "dog" })).toBe("margin");
  expect(objective({}, large)).toBe("margin");
  expect(objective({ search: "random", target: "dog" }, large)).toBe("margin");
});

test("sparse-rs begins with the authors' share of pixels, for a target with a smaller one", () => {
  const searchOf = (input: Omit<AttackInput, "pixels" | "maxPixels">) =>
    kernelSearch(resolveOptions({ pixels: 3, ...input }, bounds), bounds);
  const [untargeted, targeted] = [0.3, 0.1].map((alpha) => ({ search: "sparse-rs", alpha }));
  expect(searchOf({ search: "sparse-rs" })).toEqual(untargeted);
  expect(searchOf({ search: "sparse-rs", target: "dog" })).toEqual(targeted);
});

test("auto moves many pixels at once from 16 on, and any number of pixels of a large image", () => {
  const large = { ...bounds, width: 1024, height: 1024 };
  const searchOf = (pixels: number, other: OptionBounds, target: string | null = null) =>
    kernelSearch(resolveOptions({ pixels, target }, other), other);
  const many = { search: "guided-rs", strays: 10, anyColours: 2 };
  expect(searchOf(1, bounds)).toEqual({ search: "corners" });
  expect(searchOf(2, bounds)).toEqual({ search: "guided" });
  expect(searchOf(15, bounds)).toEqual({ search: "guided" });
  expect(searchOf(16, bounds)).toEqual(many);
  expect(searchOf(1, large)).toEqual(many);
  expect(searchOf(16, bounds, "dog")).toEqual({ search: "guided-rs", strays: 40, anyColours: 70 });
});

test("an option wins over its preset", () => {
  const settings = resolveOptions({ preset: "paper", population: 20, mutationFactor: 0.7 }, bounds);
  expect(settings).toMatchObject({ population: 20, mutationFactor: [0.7, 0.7], generations: 100 });
});

test.for([
  ["pixels", { pixels: 0 }],
  ["pixels", { pixels: -1 }],
  ["pixels", { pixels: 1.5 }],
  ["pixels", { pixels: 1025 }],
  ["pixels", { pixels: Number.NaN }],
  ["population", { search: "de", population: 3 }],
  ["population", { search: "de", population: 1000, pixels: 1000 }],
  ["generations", { search: "de", generations: 0 }],
  ["mutationFactor", { search: "de", mutationFactor: 2.5 }],
  ["mutationFactor", { search: "de", mutationFactor: [0.9, 0.5] }],
  ["crossover", { search: "de", crossover: 1.1 }],
  ["seed", { seed: -1 }],
  ["seed", { seed: 2 ** 32 }],
  ["budget", { budget: 0 }],
  ["budget", { budget: 1e9 }],
  ["label", { label: "zebra" }],
  ["target", { target: "zebra" }],
  ["target", { target: "cat", label: "cat" }],
  ["search", { search: "corners", pixels: 3 }],
  ["search", { search: "corners", pixels: "min" }],
  ["maxPixels", { pixels: 3, maxPixels: 5 }],
  ["maxPixels", { pixels: "min", maxPixels: 0 }],
  ["maxPixels", { pixels: "min", maxPixels: 1025 }],
  ["population", { search: "de", pixels: "min", maxPixels: 1000, population: 1000 }],
  ["population", { search: "random", population: 50 }],
  ["exhaustive", { search: "de", exhaustive: true }],
  ["exhaustive", { search: "corners", exhaustive: true, budget: 8191 }],
] as [string, AttackInput][])("%s is refused: %o", ([field, input], { expect }) => {
  const problem = problemOf(input);
  expect(problem.field).toBe(field);
  expect(problem.detail).toMatch(/must|applies|needs/);
});

test("more pixels than the image has are refused", () => {
  expect(problemOf({ pixels: 101 }, { ...bounds, width: 10, height: 10 }).detail).toContain("from 1 to 100");
});

test("the searches of pixels=min share the limit of one attack", () => {
  expect(resolveOptions({ pixels: "min", maxPixels: 100 }, bounds).budget).toBe(1000);
  expect(resolveOptions({ pixels: "min", preset: "paper" }, bounds).budget).toBe(10_000);
  expect(problemOf({ pixels: "min", budget: 10_001 }).field).toBe("budget");
});

test.for<[AttackInput, Partial<OptionBounds>]>([
  [{ search: "de", population: 1000, pixels: 131 }, {}],
  [{ search: "de", population: 128, pixels: 1024 }, {}],
  [{ pixels: "min", maxPixels: 3, budget: 33_333 }, {}],
  [{ budget: 100_000, seed: 2 ** 32 - 1 }, {}],
  [{ pixels: 100 }, { width: 10, height: 10 }],
  [{ search: "corners", exhaustive: true, budget: 8192 }, {}],
  [{ search: "de", population: 4, generations: 1, mutationFactor: [0, 2], crossover: 0 }, {}],
  [{ search: "de", mutationFactor: [1, 1], crossover: 1 }, {}],
  [{ search: "de", population: 1000, generations: 10_000 }, {}],
])("%o is accepted, at its limits", ([input, size], { expect }) => {
  expect(() => resolveOptions(input, { ...bounds, ...size })).not.toThrow();
});

test.for<[AttackInput, string]>([
  [{ search: "de", population: 1000, pixels: 132 }, "population"],
  [{ search: "de", population: 129, pixels: 1024 }, "population"],
  [{ pixels: "min", maxPixels: 3, budget: 33_334 }, "budget"],
])("%o is one more than is accepted", ([input, field], { expect }) => {
  expect(problemOf(input).field).toBe(field);
});

test("searches that know every corner are for images of at most 2²¹ corners", () => {
  expect(canMapCorners({ width: 512, height: 512, channels: 3 })).toBe(true);
  expect(canMapCorners({ width: 513, height: 512, channels: 3 })).toBe(false);
  expect(canMapCorners({ width: 1024, height: 1024, channels: 1 })).toBe(true);
});

test("a service with a smaller budget lowers the default and refuses more", () => {
  const small = { ...bounds, maxBudget: 500 };
  expect(resolveOptions({ preset: "paper" }, small).budget).toBe(500);
  expect(problemOf({ budget: 501 }, small).field).toBe("budget");
});
