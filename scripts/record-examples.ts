/**
 * Records the examples of the API's description anew: to be run when the model, the search or a response has changed.
 * Usage: npm run record-examples
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { examples } from "../src/worker/openapi/examples.ts";
import { startBuiltWorker } from "../test/support/built-worker.ts";

const folder = "src/worker/openapi/examples";
const { origin, close } = await startBuiltWorker();
try {
  for (const [name, { path, method }] of Object.entries(examples)) {
    const response = await fetch(`${origin}${path}`, { method });
    writeFileSync(`${folder}/${name}.json`, await response.text());
  }
} finally {
  await close();
}
execFileSync("node_modules/.bin/biome", ["format", "--write", folder], { stdio: "inherit" });
