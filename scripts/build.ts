/** Everything that must exist before the Worker is bundled: the kernel. Usage: node scripts/build.ts */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

mkdirSync("build", { recursive: true });
execFileSync("node_modules/.bin/asc", ["--config", "asconfig.json"], { stdio: "inherit" });
