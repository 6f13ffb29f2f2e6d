/**
 * Everything that must exist before the Worker is bundled: the registry of models, the static
 * assets (page, models, samples, evaluation sets) and the kernel; and the
 * package's dist/.
 * Usage: npm run build -- [models folder]
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ModelEntry } from "../src/core/model/entry.ts";
import { nodeRuntime } from "../src/node/models.ts";
import { evaluationSets } from "../src/node/services.ts";
import { readSets, samplesOf } from "../src/node/sets.ts";
import { readCatalogue, writeAssets } from "./build/catalogue.ts";
import { describeEngine } from "./build/describe-engine.ts";
import { writeDigest } from "./build/digest.ts";
import { buildLibrary } from "./build/library.ts";
import { buildPage } from "./build/page.ts";
import { writeRegistry } from "./build/registry.ts";

const models = process.argv[2] ?? "models";
const ASSETS = "build/public";

async function prepare(): Promise<readonly ModelEntry[]> {
  const samples = samplesOf(readSets(join(models, "samples")));
  const built = await readCatalogue(models, { samples, evaluations: evaluationSets() }, nodeRuntime());
  for (const entry of built.entries) console.error(await describeEngine(entry));
  const bytes = await buildPage(samples, ASSETS);
  writeAssets(built, ASSETS);
  writeRegistry(built.catalogue, "build/registry.ts", ".");
  // To stderr: what a script prints after its build, such as the bench's JSON, stands alone in stdout.
  console.error(`page: ${(bytes / 1000).toFixed(1)} KB of script and style, compressed`);
  return built.entries;
}

const entries = await prepare().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

execFileSync("node_modules/.bin/asc", ["--config", "asconfig.json"], { stdio: "inherit" });
// asc writes bindings that fetch by URL; src/core/kernel/ makes its own instance.
for (const file of ["kernel.js", "kernel.d.ts"]) rmSync(`build/${file}`, { force: true });
writeDigest("build/digest.ts");
await buildLibrary(models, entries);
