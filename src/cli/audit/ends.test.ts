/** Audits that end before their end: by Ctrl-C, by an image, by a folder that cannot be used. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foreignOnnx } from "../../../test/support/foreign-model.ts";
import { writePhotos } from "../../../test/support/photos.ts";
import { openModel } from "../../node/open-model.ts";
import { run } from "../run.ts";

const root = mkdtempSync(join(tmpdir(), "onepixel-ends-"));
const path = (...names: string[]) => join(root, ...names);
const model = path("model.onnx");

beforeAll(async () => {
  const foreign = { channels: 1, side: 8, layout: "NCHW", batch: "N", softmax: true, range: 255 } as const;
  writeFileSync(model, new Uint8Array(foreignOnnx(foreign)));
  await writePhotos(path("photos"), await openModel(model, { normalise: "none" }), 40);
});
afterAll(() => rmSync(root, { recursive: true }));

async function audit(out: string, args: readonly string[] = [], signal?: AbortSignal, terminal?: unknown) {
  const said = { out: "", error: "" };
  const io = {
    out: (text: string) => (said.out += text),
    error: (text: string) => (said.error += text),
    signal,
    terminal: terminal as NodeJS.WriteStream | undefined,
  };
  const usual = ["--model", model, "--normalise", "none", "--images", path("photos"), "--budget", "60"];
  const code = await run(["audit", ...usual, "--pixels", "1,2", "--out", path(out), ...args], io);
  return { code, ...said };
}

const lines = (out: string) => {
  const log = path(out, "outcomes.jsonl");
  return existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0;
};

test("Ctrl-C does not wait for the attacks under way, keeps those that ended, and the same command goes on", async () => {
  const stopped = new AbortController();
  const ended = audit("stopped", ["--threads", "2"], stopped.signal);
  while (lines("stopped") === 0) await sleep(1);
  stopped.abort();
  const { code, error } = await ended;
  const kept = lines("stopped");
  expect(code).toBe(3);
  expect(error).toContain(`stopped; ${kept} attacks are stored in ${path("stopped")}. Run the same command`);
  expect(kept).toBeLessThan(80);
  expect(existsSync(path("stopped", "report.json"))).toBe(false);
  expect((await audit("stopped")).error).toContain(`contains ${kept} attacks of this audit`);
  await audit("whole");
  for (const name of ["report.json", "report.html", "outcomes.csv"]) {
    expect(readFileSync(path("stopped", name), "utf8")).toBe(readFileSync(path("whole", name), "utf8"));
  }
});

test("an image that cannot be read ends the audit before its first attack", async () => {
  const [label] = readdirSync(path("photos")).sort();
  const [first] = readdirSync(path("photos", label!)).sort();
  const broken = path("broken-photos", label!);
  mkdirSync(broken, { recursive: true });
  copyFileSync(path("photos", label!, first!), join(broken, "a.png"));
  writeFileSync(join(broken, "z.png"), readFileSync(path("photos", label!, first!)).subarray(0, 60));
  const { code, error } = await audit("broken", ["--images", path("broken-photos")]);
  expect(code).toBe(2);
  expect(error).toContain(`${label}/z.png: `);
  expect(lines("broken")).toBe(0);
});

test("a baseline that cannot be compared ends the audit before its first attack", async () => {
  await audit("baseline", ["--pixels", "1"]);
  const gate = ["--baseline", path("baseline"), "--fail-if-worse", "--budget", "61"];
  expect(await audit("incomparable", gate)).toMatchObject({
    code: 2,
    error: expect.stringContaining("budget=60, but this audit has budget=61"),
  });
  expect(existsSync(path("incomparable"))).toBe(false);
});

test("a damaged line counts for nothing, a damaged run.json is refused", async () => {
  await audit("damaged", ["--pixels", "1"]);
  const log = path("damaged", "outcomes.jsonl");
  const report = readFileSync(path("damaged", "report.json"), "utf8");
  const [first, ...rest] = readFileSync(log, "utf8").split("\n");
  writeFileSync(log, ["\0".repeat(first!.length), ...rest].join("\n"));
  expect(await audit("damaged", ["--pixels", "1"])).toMatchObject({
    code: 0,
    error: expect.stringContaining("contains 39 attacks"),
  });
  expect(readFileSync(path("damaged", "report.json"), "utf8")).toBe(report);
  writeFileSync(path("damaged", "run.json"), "");
  expect(await audit("damaged", ["--pixels", "1"])).toMatchObject({
    code: 2,
    error: expect.stringMatching(/^onepixel: --out ".*": run\.json in it is damaged/),
  });
});

test("a folder that cannot be used is refused", async () => {
  writeFileSync(path("file"), "");
  expect(await audit("file")).toMatchObject({
    code: 2,
    error: expect.stringMatching(/^onepixel: --out ".*file" cannot be used: /),
  });
  mkdirSync(path("full", "outcomes.jsonl"), { recursive: true });
  expect(await audit("full")).toMatchObject({
    code: 2,
    error: expect.stringMatching(/^onepixel: --out ".*full" cannot be used: /),
  });
});

test("--quiet leaves what --json and --markdown print, and nothing else", async () => {
  const report = () => readFileSync(path("quiet", "report.json"), "utf8");
  const terminal = { write: () => expect.unreachable("progress is drawn"), isTTY: true };
  expect(await audit("quiet", ["--quiet"], undefined, terminal)).toEqual({ code: 0, out: "", error: "" });
  expect(await audit("quiet", ["-q", "--json"])).toEqual({ code: 0, out: report(), error: "" });
  const { out, error } = await audit("quiet", ["-q", "--markdown"]);
  expect(out).toMatch(/^### How easily is .* fooled\?\n/);
  expect(error).toBe("");
});
