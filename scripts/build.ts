/**
 * Everything that must exist before the Worker is bundled: the registry of models, the page and the kernel; and the
 * package's dist/.
 * Usage: npm run build -- [models folder]
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createClassifier } from "../src/core/model/classifier.ts";
import { nodeRuntime, readModels } from "../src/node/models.ts";
import { describeEngine } from "./build/describe-engine.ts";
import { writeDigest } from "./build/digest.ts";
import { buildLibrary } from "./build/library.ts";
import { buildPage } from "./build/page.ts";
import { readSamples, writeRegistry } from "./build/registry.ts";

const models = process.argv[2] ?? "models";
try {
  const runtime = nodeRuntime();
  await writeRegistry(models, "build/registry.ts", ".", runtime);
  for (const entry of readModels(models)) console.error(describeEngine(createClassifier(entry, runtime)));
  const folder = join(models, "samples");
  const bytes = await buildPage(
    readSamples(folder).map(({ name }) => join(folder, `${name}.png`)),
    "build/public",
  );
  // To stderr: what a script prints after its build, such as the bench's JSON, stands alone in stdout.
  console.error(`page: ${(bytes / 1000).toFixed(1)} KB of script and style, compressed`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

execFileSync("node_modules/.bin/asc", ["--config", "asconfig.json"], { stdio: "inherit" });
// asc writes bindings that fetch by URL; src/core/kernel/ makes its own instance.
for (const file of ["kernel.js", "kernel.d.ts"]) rmSync(`build/${file}`, { force: true });
writeDigest("build/digest.ts");
buildLibrary(models);
