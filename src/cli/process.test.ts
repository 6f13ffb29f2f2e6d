/** The command as a process: its streams, and Ctrl-C while a server hangs. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { type Handler, jsonHandler, serve } from "../../test/support/remote-server.ts";
import { classifier as glare, png } from "../../test/support/services.ts";

const folder = mkdtempSync(join(tmpdir(), "onepixel-process-"));
const image = join(folder, "calm.png");
writeFileSync(image, png);
afterAll(() => rmSync(folder, { recursive: true }));

const start = (...args: string[]) =>
  spawn(process.execPath, ["src/cli/index.ts", ...args], { stdio: ["ignore", "pipe", "pipe"] });

async function ended(child: ChildProcess) {
  const [error, [code]] = await Promise.all([text(child.stderr!), once(child, "exit")]);
  return { code, error };
}

test("a reader that has enough ends the command without a word", async () => {
  const child = start("audit", "--help");
  child.stdout.destroy();
  expect(await ended(child)).toEqual({ code: 0, error: "" });
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends serve", async (signal) => {
  const child = start("serve", "--port", "0");
  await once(child.stdout, "data");
  child.kill(signal);
  expect(await ended(child)).toEqual({ code: 0, error: "" });
});

test.each(["classify", "attack"])("Ctrl-C ends %s while the server hangs", async (command) => {
  const asked = Promise.withResolvers<void>();
  let requests = 0;
  const predict = jsonHandler(glare);
  // The first request finds out what the server gives.
  const handler: Handler = (request) => {
    if (requests++ === 0) return predict(request);
    asked.resolve();
    return "hang";
  };
  const { url } = await serve(handler);
  const remote = ["--url", url, "--protocol", "json", "--size", "8x8", "--labels", "calm,glaring"];
  const child = start(command, image, ...remote);
  const end = ended(child);
  await asked.promise;
  child.kill("SIGINT");
  expect(await end).toEqual({ code: 3, error: "onepixel: stopped\n" });
});
