#!/usr/bin/env node
/** The `onepixel` command. */
import { createRequire } from "node:module";
import { run } from "./run.ts";

const { version } = createRequire(import.meta.url)("onepixel/package.json") as { version: string };
const { stdout, stderr } = process;
const stopped = new AbortController();
// A second Ctrl-C ends the process at once.
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => stopped.abort());
// A reader that has enough, such as head, ends the command like Ctrl-C.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  stopped.abort();
});

const code = await run(
  process.argv.slice(2),
  {
    out: (text) => stdout.write(text),
    error: (text) => stderr.write(text),
    terminal: stderr.isTTY ? stderr : undefined,
    colours: stdout.isTTY && stdout.hasColors(),
    signal: stopped.signal,
  },
  version,
);
process.exitCode = code;
// What Ctrl-C left under way, such as a request to a server that hangs, must not keep the process.
if (stopped.signal.aborted) stdout.write("", () => process.exit(code));
