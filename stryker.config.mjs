import { chosenGroup } from "./scripts/mutants/groups.ts";

const group = process.env.MUTANTS ?? "attack";

/**
 * Mutation tests of one group of sources; `npm run test:mutants` runs all of them.
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutants.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner"],
  mutate: [...chosenGroup().mutate],
  ignorePatterns: ["docs", "bench", "public"],
  coverageAnalysis: "perTest",
  // What a test file computes while it is loaded would count as covered by every test.
  ignoreStatic: true,
  concurrency: 1,
  incremental: true,
  incrementalFile: `.stryker/${group}.json`,
  tempDirName: `.stryker/sandbox-${group}`,
  reporters: ["progress-append-only", "clear-text", "html", "json"],
  htmlReporter: { fileName: `.stryker/${group}.html` },
  jsonReporter: { fileName: `.stryker/${group}-report.json` },
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true },
  // Stryker calls TypeScript's compiler API, which TypeScript 7 does not have; nothing here needs it.
  tsconfigFile: "none",
};
