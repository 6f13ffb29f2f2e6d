import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { externalFiles } from "../../src/core/onnx/external-data.ts";
import { nodeRuntime, sha256 } from "../../src/node/models.ts";
import type { Catalogue } from "../../src/worker/assets.ts";
import { externalOnnx } from "../../test/support/external-onnx.ts";
import { greyEntry, greyManifest, greyOnnx } from "../../test/support/grey-model.ts";
import { writeOnnx } from "../../test/support/onnx-writer.ts";
import { readCatalogue, writeAssets } from "./catalogue.ts";
import { describeEngine } from "./describe-engine.ts";
import { writeRegistry } from "./registry.ts";
import { readSamples } from "./samples.ts";

const runtime = nodeRuntime();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onepixel-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function addModel(id: string, manifest: object | string, onnx: ArrayBuffer | null = greyOnnx()): void {
  mkdirSync(join(folder, "models", id), { recursive: true });
  const text = typeof manifest === "string" ? manifest : JSON.stringify({ ...manifest, id });
  writeFileSync(join(folder, "models", id, "manifest.json"), text);
  if (onnx !== null) writeFileSync(join(folder, "models", id, "model.onnx"), new Uint8Array(onnx));
}

function addSamples(labels: readonly string[], ...files: readonly string[]): void {
  mkdirSync(join(folder, "models/samples"));
  writeFileSync(join(folder, "models/samples/manifest.json"), JSON.stringify({ labels }));
  for (const file of files) copyFileSync("models/samples/cat-3.png", join(folder, "models/samples", file));
}

interface Build {
  /** The text of the registry. */
  readonly source: string;
  readonly catalogue: Catalogue;
  /** The bytes of an asset, as they were written. */
  readonly asset: (path: string) => Uint8Array;
}

async function build(): Promise<Build> {
  const samples = readSamples(join(folder, "models/samples"));
  const built = await readCatalogue(join(folder, "models"), samples, runtime);
  const registry = join(folder, "build/registry.ts");
  writeRegistry(built.catalogue, registry, ".");
  writeAssets(built, join(folder, "public"));
  return {
    source: readFileSync(registry, "utf8"),
    catalogue: (await import(registry)) as Catalogue,
    asset: (path) => new Uint8Array(readFileSync(join(folder, "public", path))),
  };
}

test("models and samples are listed with their digests, and written as assets", async () => {
  addModel("grey-28", greyManifest);
  addModel("grey-b", { ...greyManifest, default: true });
  mkdirSync(join(folder, "models/train"));
  addSamples(["cat"], "cat-10.png", "cat-3.png");
  const { catalogue, asset } = await build();
  const onnx = new Uint8Array(greyOnnx());
  expect(catalogue.models.map(({ manifest, path, sha256 }) => [manifest.id, path, sha256])).toEqual([
    ["grey-28", "/models/grey-28/model.onnx", sha256(onnx)],
    ["grey-b", "/models/grey-b/model.onnx", sha256(onnx)],
  ]);
  expect(asset("models/grey-28/model.onnx")).toEqual(onnx);
  expect(JSON.parse(new TextDecoder().decode(asset("models/grey-b/manifest.json")))).toMatchObject({
    id: "grey-b",
  });
  const png = new Uint8Array(readFileSync("models/samples/cat-3.png"));
  expect(catalogue.samples).toEqual(
    ["cat-3", "cat-10"].map((name) => {
      return { name, label: "cat", path: `/models/samples/${name}.png`, sha256: sha256(png) };
    }),
  );
  expect(asset("models/samples/cat-10.png")).toEqual(png);
});

test("the cost of each model is that of its compiled plan", async () => {
  addModel("grey-28", greyManifest);
  const { catalogue } = await build();
  expect(catalogue.models[0]!.cost).toEqual(greyEntry().cost());
  expect(catalogue.models[0]!.cost).toHaveProperty("tensors");
});

test("the evaluation set of the project is an asset, whatever the models folder", async () => {
  addModel("grey-28", greyManifest);
  const { catalogue, asset } = await build();
  const { manifest, path, sha256: digest } = catalogue.evaluation;
  expect(path).toBe("/models/evaluation/cifar10-test-1000.bin");
  expect(digest).toBe(sha256(asset(path)));
  expect(manifest).toEqual(JSON.parse(readFileSync("models/evaluation/cifar10-test-1000.json", "utf8")));
});

test("the registry imports no file, so that none is bundled", async () => {
  addModel("grey-28", greyManifest);
  addSamples(["cat"], "cat-3.png");
  const { source } = await build();
  expect(source.match(/^import .*$/gm)).toEqual([
    expect.stringMatching(/^import type \{ Catalogue \} from /),
  ]);
});

test("a file that is too large for a static asset stops the build", async () => {
  addModel("grey-28", greyManifest);
  addSamples(["cat"], "cat-3.png");
  writeFileSync(join(folder, "models/samples/cat-3.png"), new Uint8Array(26 * 2 ** 20));
  await expect(build()).rejects.toThrow(
    "samples/cat-3.png: has 26.0 MiB, over 25 MiB, the most that a static asset of a Worker may have",
  );
});

test("weights beside a model are inside of its asset", async () => {
  addModel("grey-28", greyManifest);
  const { onnx, data } = externalOnnx(new Uint8Array(greyOnnx()), "model.onnx.data");
  writeFileSync(join(folder, "models/grey-28/model.onnx"), onnx);
  await expect(build()).rejects.toThrow('is stored in the file "model.onnx.data", which is missing');
  writeFileSync(join(folder, "models/grey-28/model.onnx.data"), data);
  const { catalogue, asset } = await build();
  const whole = asset("models/grey-28/model.onnx");
  expect(catalogue.models[0]!.sha256).toBe(sha256(whole));
  expect(externalFiles(whole)).toEqual([]);
});

test("the build says which engine a model has, and why", async () => {
  expect(await describeEngine(greyEntry())).toMatch(
    /^grey-28: queries run incrementally, with \d+\.\d MiB of memory for each one-pixel attack$/,
  );
  const manifest = { ...greyManifest, labels: ["a", "b"] };
  expect(await describeEngine(greyEntry(manifest))).toBe(
    "grey-28: queries run through onnxruntime, because the model has an output of size 1×3, not of 2 labels",
  );
});

test.for<[string, object, string | null]>([
  ["of this model and format", { schemaVersion: 2 }, null],
  [
    "of a later format",
    { schemaVersion: 3 },
    "has the schemaVersion 3, and this version of onepixel reads 2",
  ],
  ["without a format", {}, "has no schemaVersion, and this version of onepixel reads 2"],
  ["of another model.onnx", { schemaVersion: 2, model: { sha256: "0" } }, "is of another model.onnx"],
])("an audit.json %s is an asset, or left out with the reason", async ([, part, fault]) => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  addModel("grey-28", greyManifest);
  const file = join(folder, "models/grey-28/audit.json");
  writeFileSync(file, JSON.stringify({ model: { sha256: sha256(new Uint8Array(greyOnnx())) }, ...part }));
  const { catalogue } = await build();
  expect(catalogue.reports.map(({ path }) => path)).toEqual(
    fault === null ? ["/models/grey-28/audit.json"] : [],
  );
  expect(warn.mock.calls.flat()).toEqual(
    fault === null ? [] : [`${file}: ${fault}; it is left out. npm run audit makes it again.`],
  );
});

/** A model of a 2×1 image and two labels. The logarithm of a black pixel is not finite. */
function tinyOnnx(op: "Softmax" | "Relu" | "Log"): ArrayBuffer {
  return writeOnnx({
    inputs: [{ name: "image", dims: ["batch", 1, 1, 2] }],
    outputs: [{ name: "y", dims: ["batch", 2] }],
    nodes: [
      { op: "Flatten", inputs: ["image"], outputs: ["x"] },
      { op, inputs: ["x"], outputs: ["y"] },
    ],
  });
}
const tinyManifest = {
  ...greyManifest,
  labels: ["a", "b"],
  input: { width: 2, height: 1, channels: 1, layout: "NCHW", scale: 1, mean: [0], std: [1] },
};

test.for<[string, () => void, string]>([
  ["no model at all", () => mkdirSync(join(folder, "models")), "contains no folder with a manifest.json"],
  [
    "no ONNX file",
    () => addModel("m", greyManifest, null),
    "m/manifest.json: there is no model.onnx beside it",
  ],
  ["broken JSON", () => addModel("m", "{"), "m/manifest.json: is not JSON: "],
  [
    "a wrong manifest",
    () => addModel("m", { ...greyManifest, output: "scores" }),
    'm/manifest.json: "output" must be one of "probabilities", "logits", not "scores"',
  ],
  [
    "two defaults",
    () => {
      addModel("m", { ...greyManifest, default: true });
      addModel("n", { ...greyManifest, default: true });
    },
    'only one model can say "default": true',
  ],
  ["a file that is no ONNX", () => addModel("m", greyManifest, new ArrayBuffer(9)), "models/m: "],
  [
    "too few labels",
    () => addModel("m", { ...greyManifest, labels: ["a", "b"] }),
    "models/m: m: the output for 1 images is float32 [1,3], but 2 labels need float32 [1,2]",
  ],
  [
    "probabilities called logits",
    () => addModel("m", { ...tinyManifest, output: "logits" }, tinyOnnx("Softmax")),
    'models/m: "output" is "logits", but the model\'s outputs are from 0 to 1 with sum 1',
  ],
  [
    "logits called probabilities",
    () => addModel("m", { ...tinyManifest, output: "probabilities" }, tinyOnnx("Relu")),
    'models/m: "output" is "probabilities", but the model\'s outputs are not from 0 to 1 with sum 1',
  ],
  [
    "outputs that are not finite",
    () => addModel("m", { ...tinyManifest, output: "logits" }, tinyOnnx("Log")),
    "models/m: the model's outputs are not finite numbers",
  ],
])("%s stops the build", async ([, prepare, message]) => {
  prepare();
  await expect(build()).rejects.toThrow(message);
});

test("a sample without label and number stops the build", async () => {
  addModel("grey-28", greyManifest);
  addSamples(["cat"], "cat.png");
  await expect(build()).rejects.toThrow("samples/cat.png: a sample must be named label-number.png");
});

test("a sample whose label its manifest does not hold, or without a manifest, stops the build", async () => {
  addModel("grey-28", greyManifest);
  addSamples(["dog"], "cat-3.png");
  await expect(build()).rejects.toThrow('samples/cat-3.png: the label "cat" is not one of "labels" in');
  rmSync(join(folder, "models/samples/manifest.json"));
  await expect(build()).rejects.toThrow("samples/manifest.json: is missing");
});

test("the build ends with the message alone, and leaves the registry as it was", () => {
  addModel("m", { ...greyManifest, output: "scores" });
  const before = readFileSync("build/registry.ts", "utf8");
  const build = spawnSync(process.execPath, ["scripts/build.ts", join(folder, "models")], {
    encoding: "utf8",
  });
  expect(build.stderr).toBe(
    `${join(folder, "models/m/manifest.json")}: "output" must be one of "probabilities", "logits", not "scores"\n`,
  );
  expect(build.status).toBe(1);
  expect(readFileSync("build/registry.ts", "utf8")).toBe(before);
});
