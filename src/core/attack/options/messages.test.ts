/** What an option that cannot be honoured is answered with, word for word. */
import { expect, test } from "vitest";
import { type AttackInput, OptionError, resolveOptions } from "./options.ts";

const bounds = {
  labels: ["cat", "dog", "ship"],
  width: 32,
  height: 32,
  channels: 3,
  maxBudget: 100_000,
} as const;

function errorOf(input: AttackInput, labels: readonly string[] = bounds.labels): OptionError {
  try {
    resolveOptions(input, { ...bounds, labels });
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(input)}`);
}

test.for<[AttackInput, string]>([
  [{ pixels: 0 }, "pixels must be a whole number from 1 to 1024, not 0."],
  [{ pixels: 1.5 }, "pixels must be a whole number from 1 to 1024, not 1.5."],
  [{ pixels: "min", maxPixels: 0 }, "maxPixels must be a whole number from 1 to 1024, not 0."],
  [{ pixels: 3, maxPixels: 5 }, "maxPixels applies to pixels=min only, not to pixels=3."],
  [{ search: "de", population: 3 }, "population must be a whole number from 4 to 1000, not 3."],
  [{ search: "de", population: 1001 }, "population must be a whole number from 4 to 1000, not 1001."],
  [
    { search: "de", population: 1000, pixels: 132 },
    "population times pixels must be at most 131072, not 1000 × 132 = 132000.",
  ],
  [{ search: "de", generations: 0 }, "generations must be a whole number from 1 to 10000, not 0."],
  [{ search: "de", generations: 10_001 }, "generations must be a whole number from 1 to 10000, not 10001."],
  [{ search: "de", mutationFactor: 2.5 }, "mutationFactor must be a number from 0 to 2, not 2.5."],
  [{ search: "de", mutationFactor: [-1, 1] }, "mutationFactor must be a number from 0 to 2, not -1."],
  [{ search: "de", mutationFactor: [1, 3] }, "mutationFactor must be a number from 0 to 2, not 3."],
  [{ search: "de", mutationFactor: [0.9, 0.5] }, "mutationFactor must be an ascending range, not 0.9–0.5."],
  [{ search: "de", crossover: 1.1 }, "crossover must be a number from 0 to 1, not 1.1."],
  [{ seed: 2 ** 32 }, "seed must be a whole number from 0 to 4294967295, not 4294967296."],
  [{ budget: 0 }, "budget must be a whole number from 1 to 100000, not 0."],
  [{ pixels: "min", budget: 10_001 }, "budget must be a whole number from 1 to 10000, not 10001."],
  [{ label: "zebra" }, `label must be one of the classifier's labels (cat, dog, ship), not "zebra".`],
  [{ target: "zebra" }, `target must be one of the classifier's labels (cat, dog, ship), not "zebra".`],
  [{ target: "cat", label: "cat" }, 'target must differ from the label, "cat".'],
  [
    { search: "corners", pixels: 3 },
    'search "corners" changes one pixel at a time: it needs pixels=1, not 3.',
  ],
  [
    { search: "corners", pixels: "min" },
    'search "corners" changes one pixel at a time: it needs pixels=1, not min.',
  ],
  [{ search: "de", exhaustive: false }, "exhaustive applies to search=corners only, not to search=de."],
  [
    { search: "corners", exhaustive: true, budget: 8191 },
    "exhaustive needs a budget of at least 8192 queries to finish, not 8191.",
  ],
])("%o: %s", ([input, message], { expect }) => {
  const error = errorOf(input);
  expect(error.message).toBe(message);
  expect(error).toMatchObject({ name: "OptionError", code: "invalid-option", field: message.split(" ")[0] });
  expect(`${error.field} ${error.detail}`).toBe(message);
});

test("of more than 20 labels the first 20 are told", () => {
  const labels = Array.from({ length: 21 }, (_, index) => `l${index}`);
  const first = labels.slice(0, 20).join(", ");
  expect(errorOf({ label: "x" }, labels).detail).toContain(`(${first}, …)`);
  expect(errorOf({ label: "x" }, labels.slice(0, 20)).detail).toContain(`(${first})`);
});

test.each([
  { strategy: "rand1" },
  { population: 50 },
  { generations: 10 },
  { mutationFactor: 0.5 },
  { crossover: 0.5 },
  { colours: "full" },
  { start: "normal" },
] as AttackInput[])("%o is for differential evolution alone", (option) => {
  const [field] = Object.keys(option);
  for (const search of ["auto", "random", "sparse-rs", "corners"] as const) {
    expect(errorOf({ ...option, search }).message).toBe(
      `${field} applies to search=de only, not to search=${search}.`,
    );
  }
  expect(resolveOptions({ ...option, search: "de" }, bounds)).toHaveProperty(field!);
});

test("searches other than differential evolution have no options of it", () => {
  const common = {
    pixels: 1,
    target: null,
    label: null,
    objective: "margin",
    stop: "flip",
    seed: 1,
    budget: 10_000,
    engine: null,
  };
  for (const search of ["auto", "random", "sparse-rs"] as const) {
    expect(resolveOptions({ search }, bounds)).toEqual({ ...common, search });
  }
  expect(resolveOptions({}, bounds)).toEqual({ ...common, search: "auto" });
  expect(resolveOptions({ search: "corners" }, bounds)).toEqual({
    ...common,
    search: "corners",
    exhaustive: false,
  });
});

test("every option that is given is taken", () => {
  const given = {
    pixels: 4,
    target: "ship",
    label: "dog",
    search: "de",
    strategy: "best1",
    population: 5,
    generations: 6,
    mutationFactor: [0.1, 0.2],
    crossover: 0.3,
    colours: "full",
    start: "normal",
    objective: "probability",
    stop: "confidence",
    seed: 0,
    budget: 8,
    engine: "onnxruntime",
  } as const;
  expect(resolveOptions(given, bounds)).toEqual(given);
});

test("a limit below the number of searches leaves each of them one query", () => {
  const few = { ...bounds, maxBudget: 5 };
  expect(resolveOptions({ pixels: "min", maxPixels: 10 }, few).budget).toBe(1);
});
