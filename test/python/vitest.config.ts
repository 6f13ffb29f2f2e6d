import { defineConfig } from "vitest/config";

/** `npm run test:python`: apart from `npm test`, which needs no Python. */
export default defineConfig({
  test: {
    include: ["test/python/*.test.ts"],
    globalSetup: "test/python/environment.ts",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
