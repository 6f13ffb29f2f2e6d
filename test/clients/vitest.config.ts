import { defineConfig } from "vitest/config";

/** `npm run test:clients`: apart from `npm test`, because the generators come from npm and PyPI. */
export default defineConfig({
  test: { include: ["test/clients/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
});
