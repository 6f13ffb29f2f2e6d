/** An audit that is killed while it runs, as a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foreignOnnx } from "../../../test/support/foreign-model.ts";
import { writePhotos } from "../../../test/support/photos.ts";
import { fc } from "../../../test/support/property.ts";
import { openModel } from "../../node/open-model.ts";

const root = mkdtempSync(join(tmpdir(), "onepixel-kill-"));
const path = (...names: string[]) => join(root, ...names);
const model = path("model.onnx");
/** 40 images in three rows. */
const IMAGES = 40;
const ATTACKS = 3 * IMAGES;

beforeAll(async () => {
  const foreign = { channels: 1, side: 8, layout: "NCHW", batch: "N", softmax: true, range: 255 } as const;
  writeFileSync(model, new Uint8Array(foreignOnnx(foreign)));
  await writePhotos(path("photos"), await openModel(model, { normalise: "none" }), IMAGES);
});
afterAll(() => rmSync(root, { recursive: true }));

/** Every final file of an audit, by name. */
function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(path(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "outcomes.jsonl")
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(files.sort().map((file) => [file.slice(path(folder).length), readFileSync(file, "base64")]));
}

const log = path("killed", "outcomes.jsonl");
const linesIn = () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0);

function start(out: string) {
  const args = ["--model", model, "--normalise", "none", "--images", path("photos"), "--budget", "60"];
  const command = ["src/cli/index.ts", "audit", ...args, "--threads", "2", "--out", path(out), "--quiet"];
  return spawn(process.execPath, command, { stdio: "inherit" });
}

test("killed at ten random moments and resumed, an audit has the bytes of one that was not", {
  timeout: 300_000,
}, async () => {
  const moments = fc.sample(fc.record({ lines: fc.nat(5), delay: fc.nat(40) }), 10);
  let killed = 0;
  for (const { lines, delay } of moments) {
    const target = Math.min(linesIn() + lines, ATTACKS - 1);
    const child = start("killed");
    const ended = once(child, "exit");
    while (linesIn() < target && child.exitCode === null) await sleep(2);
    await sleep(delay);
    if (child.kill("SIGKILL")) killed++;
    await ended;
  }
  expect(killed).toBe(10);
  const [code] = await once(start("killed"), "exit");
  const [clean] = await once(start("clean"), "exit");
  expect([code, clean]).toEqual([0, 0]);
  expect(linesIn()).toBe(ATTACKS);
  expect(filesOf("killed")).toEqual(filesOf("clean"));
});
