import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { browserUnwanted } from "./test/browser/chromium.ts";
import { auditTokens } from "./test/support/tokens.ts";

if (browserUnwanted) console.warn("ONEPIXEL_NO_BROWSER=1: the browser tests are left out.");

/**
 * `unit` runs in Node, `worker` inside workerd on the source, and `service` and `browser` in Node
 * against the built Worker, over HTTP. `package` installs the packed library into an empty folder.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "scripts/**/*.test.ts", "test/*.test.ts", "test/docs/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: { bindings: { AUDIT_TOKENS: auditTokens } },
          }),
        ],
        test: {
          name: "worker",
          include: ["test/worker/**/*.test.ts"],
          globalSetup: "test/support/node-probabilities.ts",
          testTimeout: 60_000,
          maxWorkers: 1,
          isolate: false,
        },
      },
      {
        test: {
          name: "service",
          include: ["test/service/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          globalSetup: "test/package/installed.ts",
          testTimeout: 120_000,
          hookTimeout: 240_000,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: "browser",
          include: browserUnwanted ? [] : ["test/browser/**/*.test.ts"],
          globalSetup: "test/browser/setup.ts",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
