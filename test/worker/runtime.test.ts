import ortModule from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import { expect, inject, test } from "vitest";
import { evaluations, models } from "../../build/registry.ts";
import { createClassifier } from "../../src/core/model/classifier.ts";
import { createRegistry } from "../../src/core/model/registry.ts";
import { createRuntime } from "../../src/core/model/runtime.ts";
import { renderTensor } from "../../src/core/model/tensor.ts";
import { openEvaluations, openModels } from "../../src/worker/assets.ts";
import { greyEntry } from "../support/grey-model.ts";
import { providedImages } from "../support/provided.ts";
import { readAsset as read } from "./read-asset.ts";

const runtime = createRuntime(ortModule);
const classifier = createRegistry(openModels(models, read), runtime).default;
const set = await openEvaluations(evaluations, read)
  .find(({ id }) => id === "cifar10-test")!
  .open();
const images = await Promise.all(
  Array.from({ length: providedImages }, async (_, index) => ({
    label: set.labelOf(index),
    image: await set.image(index),
  })),
);

test("many can start the runtime at once, and WebAssembly is put back", async () => {
  const before = WebAssembly.instantiate;
  const other = createRuntime(ortModule);
  await Promise.all([runtime.start(), other.start(), runtime.start()]);
  expect(WebAssembly.instantiate).toBe(before);
});

test("onnxruntime-web opens and runs a model without a turn of the event loop, so that no request is canceled meanwhile", async () => {
  let turned = false;
  const timer = setTimeout(() => {
    turned = true;
  });
  const image = { width: 28, height: 28, channels: 1, data: new Uint8Array(28 * 28) } as const;
  await createClassifier(greyEntry(), runtime).probabilities(image);
  expect(turned).toBe(false);
  clearTimeout(timer);
});

test("real images get in workerd, bit for bit, the probabilities that they get in Node", async () => {
  const rows = await Promise.all(images.map(({ image }) => classifier.probabilities(image)));
  expect(rows.map((row) => [...row])).toEqual(inject("nodeProbabilities"));
  const right = rows.filter(
    (row, index) => classifier.manifest.labels[row.indexOf(Math.max(...row))] === images[index]!.label,
  );
  expect(right.length).toBeGreaterThan(4);
  for (const row of rows) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
});

test("a batch gets the probabilities of its images alone", async () => {
  const { input } = classifier.manifest;
  const alone = await Promise.all(images.map(({ image }) => classifier.probabilities(image)));
  const tensors = images.map(({ image }) => renderTensor(image, input));
  const batch = new Float32Array(tensors.length * tensors[0]!.length);
  for (const [index, tensor] of tensors.entries()) batch.set(tensor, index * tensor.length);
  const rows = await classifier.classify(batch, images.length);
  expect([...rows]).toEqual(alone.flatMap((row) => [...row]));
});

test("a 28×28 grey NHWC model of logits is classified", async () => {
  const grey = createClassifier(greyEntry(), runtime);
  const data = Uint8Array.from({ length: 28 * 28 }, (_, place) => (place * 31) % 256);
  const [row, cifar] = await Promise.all([
    grey.probabilities({ width: 28, height: 28, channels: 1, data }),
    classifier.probabilities(images[0]!.image),
  ]);
  expect(row.length).toBe(3);
  expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  expect([...cifar]).toEqual(inject("nodeProbabilities")[0]);
});
