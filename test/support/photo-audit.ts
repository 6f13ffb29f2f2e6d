/** Audits of two small models on photos, for the tests of one file: a folder of their own, and the command in this process. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { run } from "../../src/cli/run.ts";
import { openModel } from "../../src/node/open-model.ts";
import { type Foreign, foreignOnnx } from "./foreign-model.ts";
import { writePhotos } from "./photos.ts";

const root = mkdtempSync(join(tmpdir(), "onepixel-audit-"));
const usual: Foreign = { channels: 1, side: 8, layout: "NCHW", batch: 1, softmax: false, range: 1 };

/** A path in the folder, which is removed after the tests. */
export const path = (...names: string[]): string => join(root, ...names);
export const json = (...names: string[]) => JSON.parse(readFileSync(path(...names), "utf8"));
export const text = (...names: string[]): string => readFileSync(path(...names), "utf8");

/** 40 photos in folders named after their labels; the fragile model gets 36 of them right. */
export const photos = path("photos");
export const labels = path("labels.txt");
/** The photos with their labels, by their paths in the folder; filled before the tests. */
export const names: [string, string][] = [];

/** The options that name a model. */
export const model = ["--model", path("fragile.onnx"), "--labels", labels, "--normalise", "0-1"];
export const robust = ["--model", path("robust.onnx"), "--labels", labels, "--normalise", "0-1"];

/** Runs the command. */
export async function onepixel(...args: string[]) {
  let out = "";
  let error = "";
  const io = { out: (text: string) => (out += text), error: (text: string) => (error += text) };
  return { code: await run(args, io, "1.2.3"), out, error };
}

/** Audits the fragile model on the photos. */
export const audit = (out: string, ...args: string[]) =>
  onepixel("audit", ...model, "--images", photos, "--budget", "60", "--out", path(out), ...args);

/** Every final file of an audit, by name. */
export function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(path(folder), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name).slice(path(folder).length + 1))
      .filter((name) => name !== "outcomes.jsonl")
      .sort()
      .map((name) => [name, readFileSync(path(folder, name), "base64")]),
  );
}

beforeAll(async () => {
  writeFileSync(labels, "day\nnight\nold ship\n");
  writeFileSync(path("fragile.onnx"), new Uint8Array(foreignOnnx(usual)));
  writeFileSync(path("robust.onnx"), new Uint8Array(foreignOnnx({ ...usual, pool: "average" })));
  const named = { labels: ["day", "night", "old ship"], normalise: "0-1" } as const;
  names.push(...(await writePhotos(photos, await openModel(path("fragile.onnx"), named), 40)));
  await writePhotos(path("robust-photos"), await openModel(path("robust.onnx"), named), 40);
});
afterAll(() => rmSync(root, { recursive: true }));
