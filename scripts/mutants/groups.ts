/** A part of the sources that Stryker mutates, and the tests that are to notice it. */
export interface MutantGroup {
  /** Globs of sources; those with a leading ! are left out. */
  readonly mutate: readonly string[];
  /** Globs of test files; `slow` ones are left out. */
  readonly tests: readonly string[];
}

const NO_TESTS = "!src/**/*.test.ts";

/**
 * Each group has tests of its own, so that a mutant costs its own folder's tests and no others. What the
 * worker tests alone run (Durable Objects, the queue's consumer) is left out.
 */
export const groups: Readonly<Record<string, MutantGroup>> = {
  audit: {
    mutate: ["src/core/audit/**/*.ts", NO_TESTS],
    tests: ["src/core/audit/**/*.test.ts"],
  },
  attack: {
    mutate: ["src/core/attack/**/*.ts", "src/core/oracle/**/*.ts", NO_TESTS],
    tests: ["src/core/{attack,oracle}/**/*.test.ts"],
  },
  http: {
    mutate: ["src/worker/{request,response,middleware}/*.ts", "src/worker/limits.ts", NO_TESTS],
    tests: ["src/worker/**/*.test.ts"],
  },
};

/** Tests of many images on the shipped model, which would take most of the time. */
export const slow: readonly string[] = ["src/core/attack/{map-brute-force,samples}.test.ts"];

/** The group that the environment names, for the configurations of Stryker and vitest. */
export function chosenGroup(): MutantGroup {
  const name = process.env.MUTANTS ?? "attack";
  const group = groups[name];
  if (group === undefined) {
    throw new Error(`MUTANTS must be one of ${Object.keys(groups).join(", ")}, not "${name}".`);
  }
  return group;
}
