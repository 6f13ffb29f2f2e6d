/**
 * Everything that must exist before the Worker is bundled: the kernel and the registry of models.
 * Usage: node scripts/build.ts [models folder]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { writeRegistry } from "./build/registry.ts";
import { nodeRuntime } from "./models.ts";

mkdirSync("build", { recursive: true });
execFileSync("node_modules/.bin/asc", ["--config", "asconfig.json"], { stdio: "inherit" });
// asc writes bindings that fetch by URL; src/kernel/ makes its own instance.
for (const file of ["kernel.js", "kernel.d.ts"]) rmSync(`build/${file}`, { force: true });

try {
  await writeRegistry(process.argv[2] ?? "models", "build/registry.ts", ".", nodeRuntime());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
