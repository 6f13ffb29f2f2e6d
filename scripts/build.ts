/**
 * Everything that must exist before the Worker is bundled: the registry of models, and the kernel.
 * Usage: node scripts/build.ts [models folder]
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { writeRegistry } from "./build/registry.ts";
import { nodeRuntime } from "./models.ts";

try {
  await writeRegistry(process.argv[2] ?? "models", "build/registry.ts", ".", nodeRuntime());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

execFileSync("node_modules/.bin/asc", ["--config", "asconfig.json"], { stdio: "inherit" });
// asc writes bindings that fetch by URL; src/kernel/ makes its own instance.
for (const file of ["kernel.js", "kernel.d.ts"]) rmSync(`build/${file}`, { force: true });
