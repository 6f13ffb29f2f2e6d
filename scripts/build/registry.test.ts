import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { externalFiles } from "../../src/core/onnx/external-data.ts";
import { nodeRuntime, sha256 } from "../../src/node/models.ts";
import { evaluationSets } from "../../src/node/services.ts";
import { readSets, samplesOf } from "../../src/node/sets.ts";
import type { Catalogue } from "../../src/worker/assets.ts";
import { externalOnnx } from "../../test/support/external-onnx.ts";
import { greyEntry, greyManifest, greyOnnx } from "../../test/support/grey-model.ts";
import { writeOnnx } from "../../test/support/onnx-writer.ts";
import { readCatalogue, writeAssets } from "./catalogue.ts";
import { describeEngine } from "./describe-engine.ts";
import { writeRegistry } from "./registry.ts";

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

const CAT = "models/samples/cifar10/cat-3.png";

/** A set of samples; every file is the same cat. */
function addSamples(...names: readonly string[]): void {
  mkdirSync(join(folder, "models/samples/cats"), { recursive: true });
  const images = names.map((name) => ({ file: `${name}.png`, label: "cat", author: "Ann" }));
  const credits = { licence: "CC0-1.0", source: "here" };
  const manifest = { id: "cats", title: "Cats", labels: ["cat", "dog"], format: "files", ...credits };
  writeFileSync(
    join(folder, "models/samples/cats/manifest.json"),
    JSON.stringify({ ...manifest, count: images.length, images }),
  );
  for (const { file } of images) copyFileSync(CAT, join(folder, "models/samples/cats", file));
}

interface Build {
  /** The text of the registry. */
  readonly source: string;
  readonly catalogue: Catalogue;
  /** The bytes of an asset, as they were written. */
  readonly asset: (path: string) => Uint8Array;
}

async function build(): Promise<Build> {
  const sets = {
    samples: samplesOf(readSets(join(folder, "models/samples"))),
    evaluations: evaluationSets(),
  };
  const built = await readCatalogue(join(folder, "models"), sets, runtime);
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
  addSamples("cat-3", "cat-10");
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
  const png = new Uint8Array(readFileSync(CAT));
  expect(catalogue.samples).toEqual(
    ["cat-3", "cat-10"].map((name) => {
      const credits = { author: "Ann", licence: "CC0-1.0", source: "here" };
      const asset = { path: `/models/samples/cats/${name}.png`, sha256: sha256(png) };
      return { name, label: "cat", set: "cats", ...credits, ...asset };
    }),
  );
  expect(asset("models/samples/cats/cat-10.png")).toEqual(png);
});

test("the cost of each model is that of its compiled plan", async () => {
  addModel("grey-28", greyManifest);
  const { catalogue } = await build();
  expect(catalogue.models[0]!.cost).toEqual(greyEntry().cost());
  expect(catalogue.models[0]!.cost).toHaveProperty("tensors");
});

test("the evaluation sets of the project are assets, whatever the models folder", async () => {
  addModel("grey-28", greyManifest);
  const { catalogue, asset } = await build();
  const ids = catalogue.evaluations.map(({ manifest }) => manifest.id);
  expect(ids).toEqual(["cifar10-test", "imagenet-crops", "mnist-test"]);
  for (const set of catalogue.evaluations) {
    const { id, count } = set.manifest;
    const { images, ...manifest } = JSON.parse(readFileSync(`models/evaluation/${id}/manifest.json`, "utf8"));
    expect(set.manifest).toEqual(manifest);
    if ("planes" in set) {
      expect(set.planes.path).toBe(`/models/evaluation/${id}/images.bin`);
      expect(set.planes.sha256).toBe(sha256(asset(set.planes.path)));
    } else {
      expect(set.files.map(({ label }) => label)).toEqual(
        images.map(({ label }: { label: string }) => label),
      );
      expect(set.files).toHaveLength(count);
      for (const { path, sha256: digest } of set.files) expect(digest).toBe(sha256(asset(path)));
    }
  }
});

test.each<[string, object, string]>([
  ["samples", { samples: "dogs" }, '"samples" is "dogs", but there are no samples of this set'],
  ["samples of other labels", { samples: "cats" }, '"labels" lacks the label "cat" of the sample cat-3'],
  ["an evaluation set", { evaluation: "dogs" }, '"evaluation" is "dogs", but there is no evaluation set of'],
  [
    "one of other labels",
    { evaluation: "mnist-test" },
    "lacks labels of the evaluation set mnist-test: 0, 1",
  ],
])("a model that names %s which it cannot have stops the build", async (_, sets, message) => {
  addSamples("cat-3");
  addModel("grey-28", { ...greyManifest, ...sets });
  await expect(build()).rejects.toThrow(message);
});

test("the registry imports no file, so that none is bundled", async () => {
  addModel("grey-28", greyManifest);
  addSamples("cat-3");
  const { source } = await build();
  expect(source.match(/^import .*$/gm)).toEqual([
    expect.stringMatching(/^import type \{ Catalogue \} from /),
  ]);
});

test("a file that is too large for a static asset stops the build", async () => {
  addModel("grey-28", greyManifest);
  addSamples("cat-3");
  writeFileSync(join(folder, "models/samples/cats/cat-3.png"), new Uint8Array(26 * 2 ** 20));
  await expect(build()).rejects.toThrow(
    "samples/cats/cat-3.png: has 26.0 MiB, over 25 MiB, the most that a static asset of a Worker may have",
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
  ["of this model and format", { schemaVersion: 3 }, null],
  [
    "of a later format",
    { schemaVersion: 4 },
    "has the schemaVersion 4, and this version of onepixel reads 3",
  ],
  ["without a format", {}, "has no schemaVersion, and this version of onepixel reads 3"],
  ["of another model.onnx", { schemaVersion: 3, model: { sha256: "0" } }, "is of another model.onnx"],
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
