#!/usr/bin/env node
/** The `onepixel` command. */
import { createRequire } from "node:module";
import { run } from "./run.ts";

const { version } = createRequire(import.meta.url)("onepixel/package.json") as { version: string };
const stopped = new AbortController();
// A second Ctrl-C ends the process at once.
process.once("SIGINT", () => stopped.abort());

process.exitCode = await run(
  process.argv.slice(2),
  {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY ? process.stderr : undefined,
    signal: stopped.signal,
  },
  version,
);
