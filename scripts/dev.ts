/**
 * `wrangler dev`, which reloads the Worker when a file of it changes, and beside it the build, again whenever the kernel,
 * the page or a model changes. Ctrl-C ends both.
 * Usage: npm run dev -- [options of wrangler dev]
 */
import { type ChildProcess, spawn } from "node:child_process";

const sources = ["assembly", "src/page", "models", "public"];
const watched = sources.map((folder) => `--watch-path=${folder}`);

const children: readonly ChildProcess[] = [
  spawn(process.execPath, ["--watch-preserve-output", ...watched, "scripts/build.ts"], { stdio: "inherit" }),
  spawn("node_modules/.bin/wrangler", ["dev", ...process.argv.slice(2)], { stdio: "inherit" }),
];

function end(): void {
  for (const child of children) child.kill();
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
for (const child of children) child.on("exit", end);
