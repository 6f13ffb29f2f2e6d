import { defineConfig } from "vitest/config";
import { chosenGroup, slow } from "./scripts/mutants/groups.ts";

/** The tests that Stryker runs on each mutant of the group in the environment variable MUTANTS. */
export default defineConfig({
  test: { include: [...chosenGroup().tests], exclude: [...slow], testTimeout: 60_000 },
});
