/**
 * Records the examples of the API's description anew: to be run when the model or a response has changed.
 * Usage, while `npm start` serves: node scripts/record-examples.ts [origin]
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { examples } from "../src/http/description/examples.ts";

const origin = process.argv[2] ?? "http://127.0.0.1:8787";
const folder = "src/http/description/examples";
for (const [name, { path, method }] of Object.entries(examples)) {
  const response = await fetch(`${origin}${path}`, { method });
  writeFileSync(`${folder}/${name}.json`, await response.text());
}
execFileSync("node_modules/.bin/biome", ["format", "--write", folder], { stdio: "inherit" });
