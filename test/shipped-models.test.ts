/** The shipped classifiers, and the photos and crops of one of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { initCodecs } from "../src/core/image/codecs.ts";
import { decodeImage } from "../src/core/image/decode.ts";
import { stretch } from "../src/core/image/stretch.ts";
import { createInference } from "../src/core/kernel/inference.ts";
import { instantiate } from "../src/core/kernel/instance.ts";
import { createClassifier } from "../src/core/model/classifier.ts";
import { nodeRuntime, readModels, sha256 } from "../src/node/models.ts";
import { codecModules, kernelModule } from "../src/node/modules.ts";

/** An image of a manifest.json beside a model, as far as it is tested here. */
interface ListedImage {
  readonly file: string;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly author: string;
  readonly licence: string;
  readonly source: string;
  readonly sha256: string;
  readonly photo: string;
}

const PHOTOS = "models/samples/photos";
const CROPS = "models/evaluation/imagenet-crops";
const MEBIBYTE = 2 ** 20;

const listed = (folder: string): { readonly images: ListedImage[] } =>
  JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
const bytesOf = (...path: string[]) => new Uint8Array(readFileSync(join(...path)));

initCodecs(codecModules());
const runtime = nodeRuntime();
const entries = readModels("models");

test.each(entries.map((entry) => [entry.manifest.id, entry] as const))("%s compiles", async (_, entry) => {
  expect(await entry.compile()).toHaveProperty("plan");
});

describe("imagenet-efficientnet-lite0", () => {
  const entry = entries.find(({ manifest }) => manifest.id === "imagenet-efficientnet-lite0")!;
  const classifier = createClassifier(entry, runtime);
  const photos = listed(PHOTOS);
  const crops = listed(CROPS);

  test("takes less than 6 MiB", async () => {
    expect((await entry.onnx()).byteLength).toBeLessThan(6 * MEBIBYTE);
    expect(existsSync("models/imagenet-efficientnet-lite0/LICENSE")).toBe(true);
  });

  test("every photo has a licence, a source and the size and digest of its manifest", async () => {
    expect(photos.images.length).toBe(12);
    let total = 0;
    for (const { file, ...image } of photos.images) {
      const bytes = bytesOf(PHOTOS, file);
      total += bytes.length;
      const { width, height } = await decodeImage(bytes);
      expect({ file, width, height, sha256: sha256(bytes) }).toEqual({
        file,
        width: image.width,
        height: image.height,
        sha256: image.sha256,
      });
      expect(`${image.author}, ${image.licence}`).toMatch(/^\S.*, (CC0-1\.0|CC-BY-[24]\.0|public domain)$/);
      expect(image.source).toMatch(/^https:\/\//);
    }
    expect(total).toBeLessThan(3 * MEBIBYTE);
  });

  test("the photos are labelled as the classifier predicts them, with both engines", async () => {
    const compiled = await classifier.compile();
    if (!("plan" in compiled)) throw new Error(compiled.unsupported);
    const { input, labels } = classifier.manifest;
    for (const { file, label } of photos.images) {
      const image = stretch(await decodeImage(bytesOf(PHOTOS, file)), input);
      const reference = await classifier.probabilities(image);
      expect(`${file}: ${labels[reference.indexOf(Math.max(...reference))]}`).toBe(`${file}: ${label}`);
      const { clean } = createInference(instantiate(kernelModule()), compiled.plan, image, input, 1);
      const difference = Math.max(...clean.map((value, i) => Math.abs(value - reference[i]!)));
      expect(difference).toBeLessThan(1e-4);
    }
  });

  test("the crops are what their manifest names, each of a photo, with labels of the model", async () => {
    const { images } = crops;
    expect(images.length).toBe(100);
    const files = readdirSync(CROPS).filter((file) => file.endsWith(".jpg"));
    expect(files.sort()).toEqual(images.map(({ file }) => file).sort());
    for (const { file, label, photo } of images) {
      expect(await decodeImage(bytesOf(CROPS, file))).toMatchObject({ width: 224, height: 224 });
      expect(classifier.manifest.labels).toContain(label);
      expect(photos.images.map((each) => each.file)).toContain(photo);
    }
  });
});
