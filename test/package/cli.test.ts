/** The installed command: from a foreign ONNX file and a folder of images to a report, with one command and no file by hand. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { loadModel } from "../../src/node/index.ts";
import { externalOnnx } from "../support/external-onnx.ts";
import { type Foreign, foreignOnnx } from "../support/foreign-model.ts";
import { writePhotos } from "../support/photos.ts";

const usual: Foreign = { channels: 3, side: 16, layout: "NCHW", batch: "N", softmax: false, range: 1 };
const command = join(inject("packageFolder"), "node_modules", ".bin", "onepixel");
const node = join(inject("packageFolder"), "nodes", "node_modules", "node20", "bin", "node");

/** An empty folder with model.onnx and photos/. */
async function folderOf(name: string, foreign: Foreign, isExternal: boolean): Promise<string> {
  const folder = join(inject("packageFolder"), "audits", name);
  mkdirSync(folder, { recursive: true });
  const whole = new Uint8Array(foreignOnnx(foreign));
  const { onnx, data } = isExternal ? externalOnnx(whole, "model.onnx.data") : { onnx: whole, data: null };
  writeFileSync(join(folder, "model.onnx"), onnx);
  if (data) writeFileSync(join(folder, "model.onnx.data"), data);
  const { channels, side, layout, softmax, range } = foreign;
  const each = (value: number) => Array.from({ length: channels }, () => value);
  const scale = range === 1 ? 1 / 255 : 1;
  const model = await loadModel(whole, {
    labels: ["day", "night", "ship"],
    input: { width: side, height: side, channels, layout, scale, mean: each(0), std: each(1) },
    output: softmax ? "probabilities" : "logits",
  });
  await writePhotos(join(folder, "photos"), model, 20);
  return folder;
}

test.each<[string, Partial<Foreign>, boolean]>([
  ["fixed batch", { batch: 1 }, false],
  ["external data", {}, true],
  ["NHWC", { layout: "NHWC" }, false],
  ["greyscale 28×28", { channels: 1, side: 28 }, false],
  ["softmax inside", { softmax: true }, false],
  ["0–255 input", { range: 255 }, false],
])("%s: one command makes the report", async (name, changes, isExternal) => {
  const foreign = { ...usual, ...changes };
  const folder = await folderOf(name.replaceAll(" ", "-"), foreign, isExternal);
  const normalise = foreign.range === 255 ? "none" : "0-1";
  const args = ["audit", "--model", "model.onnx", "--labels", "day,night,ship", "--normalise", normalise];
  const options = [...args, "--images", "photos", "--pixels", "1,2", "--budget", "100"];
  const out = execFileSync(node, [command, ...options], { cwd: folder, encoding: "utf8" });
  expect(out).toMatch(/: right on 18 of 20 images\n {2}1 pixel: \d+\.\d % fooled, \d+ of 18 /);
  const report = JSON.parse(readFileSync(join(folder, "onepixel-audit", "report.json"), "utf8"));
  expect(report.rows.map(({ pixels }: { pixels: number }) => pixels)).toEqual([1, 2]);
  expect(report.rows[1].statistics.fooled.count).toBeGreaterThan(0);
  expect(readFileSync(join(folder, "onepixel-audit", "report.html"), "utf8")).toContain("Self-reported");
  expect(
    readdirSync(folder).filter((file) => !/^(model\.onnx(\.data)?|photos|onepixel-audit)$/.test(file)),
  ).toEqual([]);
});

test("the build of a checkout audits the evaluation set, which the package does not hold", () => {
  const out = join(inject("packageFolder"), "set");
  const audit = ["audit", "--images", "cifar10-test", "--count", "2", "--pixels", "1", "--out", out];
  const installed = spawnSync(node, [command, ...audit], { encoding: "utf8" });
  expect(installed.status).toBe(2);
  expect(installed.stderr).toContain("the installed package does not contain this set");
  execFileSync(node, ["dist/src/cli/index.js", ...audit], { stdio: "pipe" });
  const { images } = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
  expect(images).toEqual({ set: "cifar10-test", count: 2, seed: null });
});

test("onepixel serve answers with the Worker's object, and streams, on Node 20", async () => {
  const server = spawn(node, [command, "serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [said] = (await once(server.stdout, "data")) as [Buffer];
    const origin = said.toString().trim().split(" ").at(-1);
    const attack = (accept: string) =>
      fetch(`${origin}/v1/attack?label=cat&seed=1`, {
        method: "POST",
        headers: { "Content-Type": "image/png", Accept: accept },
        body: readFileSync("models/samples/cifar10/cat-3.png"),
      });
    expect(await (await attack("application/json")).json()).toEqual(JSON.parse(inject("workerResponse")));
    expect(await (await attack("text/event-stream")).text()).toContain("event: result");
    expect((await fetch(`${origin}/`)).headers.get("Content-Type")).toContain("text/html");
  } finally {
    server.kill("SIGINT");
  }
  expect(await once(server, "exit")).toEqual([0, null]);
});
