import { expect, test, vi } from "vitest";
import { greyEntry, greyManifest, greyOnnx } from "../../../test/support/grey-model.ts";
import { writeOnnx } from "../../../test/support/onnx-writer.ts";
import { fc } from "../../../test/support/property.ts";
import { nodeRuntime, readModels } from "../../node/models.ts";
import { createClassifier, ModelError } from "./classifier.ts";
import type { Manifest } from "./manifest.ts";
import { createRegistry } from "./registry.ts";
import { softmax } from "./softmax.ts";
import { renderTensor } from "./tensor.ts";

const runtime = nodeRuntime();
const size = 28 * 28;
const probability = fc.float({ min: -80, max: 80, noNaN: true });

/** A classifier of the grey model under a changed manifest. */
function grey(changes: Partial<Manifest>, onnx = greyOnnx()) {
  return createClassifier(greyEntry({ ...greyManifest, ...changes }, onnx), runtime);
}

test("softmax gives probabilities in the order of the logits", () => {
  fc.assert(
    fc.property(fc.array(probability, { minLength: 2, maxLength: 12 }), (logits) => {
      const row = Float32Array.from(logits);
      softmax(row, row.length);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      for (let i = 1; i < row.length; i++) {
        if (logits[i]! >= logits[i - 1]!) expect(row[i]).toBeGreaterThanOrEqual(row[i - 1]!);
        else expect(row[i]).toBeLessThanOrEqual(row[i - 1]!);
      }
    }),
  );
});

test("softmax takes rows by themselves, and the largest floats", () => {
  const rows = Float32Array.of(0, 0, 3e38, -3e38, Math.log(3), 0);
  softmax(rows, 2);
  expect([...rows]).toEqual([0.5, 0.5, 1, 0, 0.75, 0.25]);
});

test("an image becomes a tensor in either layout", () => {
  const image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 51, 255, 102, 153, 204) } as const;
  const format = {
    width: 2,
    height: 1,
    channels: 3,
    scale: 1 / 255,
    mean: [0, 0.2, 0.5],
    std: [1, 2, 0.5],
  } as const;
  const rounded = (layout: "NCHW" | "NHWC") =>
    [...renderTensor(image, { ...format, layout, mean: [...format.mean], std: [...format.std] })].map(
      (value) => Math.round(value * 1e6) / 1e6,
    );
  expect(rounded("NHWC")).toEqual([0, 0, 1, 0.4, 0.2, 0.6]);
  expect(rounded("NCHW")).toEqual([0, 0.4, 0, 0.2, 1, 0.6]);
});

test("an image of another size is refused", async () => {
  const image = { width: 32, height: 32, channels: 3, data: new Uint8Array(32 * 32 * 3) } as const;
  expect(() => grey({}).probabilities(image)).toThrow("the model takes 28×28×1, the image is 32×32×3");
});

test("a tensor too short for its batch is refused", async () => {
  await expect(grey({}).classify(new Float32Array(size), 2)).rejects.toThrow(RangeError);
});

test("queries at once get what they get alone", async () => {
  const classifier = grey({});
  const tensors = Array.from({ length: 20 }, (_, seed) =>
    Float32Array.from(
      { length: size * (1 + (seed % 3)) },
      (_, index) => ((index * (seed + 7)) % 256) / 64 - 2,
    ),
  );
  const alone: number[][] = [];
  for (const tensor of tensors) alone.push([...(await classifier.classify(tensor, tensor.length / size))]);
  const other = grey({});
  const together = await Promise.all(
    tensors.map((tensor, n) => (n % 2 ? classifier : other).classify(tensor, tensor.length / size)),
  );
  expect(together.map((rows) => [...rows])).toEqual(alone);
  expect(new Set(alone.map(String)).size).toBeGreaterThan(10);
});

test("a model that could not be loaded is loaded again at the next query", async () => {
  const open = vi.fn(runtime.open).mockRejectedValueOnce(new Error("The network is down."));
  const classifier = createClassifier(greyEntry(), { ...runtime, open });
  const tensor = new Float32Array(size);
  await expect(classifier.classify(tensor, 1)).rejects.toThrow("The network is down.");
  const answers = [await classifier.classify(tensor, 1), await classifier.classify(tensor, 1)];
  expect(answers[0]).toEqual(await grey({}).classify(tensor, 1));
  expect(answers[1]).toEqual(answers[0]);
  expect(open).toHaveBeenCalledTimes(2);
});

test("a model that many ask for at once is loaded once, whoever has read its file first", async () => {
  const open = vi.fn(runtime.open);
  const classifier = createClassifier(greyEntry(), { ...runtime, open });
  await Promise.all([1, 2, 3].map(() => classifier.classify(new Float32Array(size), 1)));
  expect(open).toHaveBeenCalledTimes(1);
});

test.for<[string, Partial<Manifest>, string]>([
  [
    "another number of labels",
    { labels: ["a", "b"] },
    "the output for 1 images is float32 [1,3], but 2 labels need",
  ],
  [
    "another size",
    { input: { ...greyManifest.input, width: 14, height: 56 } },
    '"image" is [batch,28,28,1], but "input" in its manifest describes [batch,56,14,1]',
  ],
  ["another layout", { input: { ...greyManifest.input, layout: "NCHW" } }, "describes [batch,1,28,28]"],
  [
    "an unknown input",
    { tensors: { input: "x" } },
    'the model has no input "x" ("tensors.input"), but "image"',
  ],
  [
    "an unknown output",
    { tensors: { output: "y" } },
    'the model has no output "y" ("tensors.output"), but "logits"',
  ],
])("a model whose manifest tells of %s is refused", async ([, changes, message]) => {
  const refusal = grey(changes).classify(new Float32Array(size), 1);
  await expect(refusal).rejects.toThrow(ModelError);
  await expect(refusal).rejects.toThrow(message);
});

/** Flattens an image into as many labels, for batches of one size. */
function fixedOnnx(batch: number): ArrayBuffer {
  return writeOnnx({
    inputs: [{ name: "image", dims: [batch, 28, 28, 1] }],
    outputs: [{ name: "logits", dims: [batch, size] }],
    nodes: [{ op: "Flatten", inputs: ["image"], outputs: ["logits"] }],
  });
}

test("a model that takes one image at a time classifies a batch image by image", async () => {
  const labels = Array.from({ length: size }, (_, index) => `label ${index}`);
  const classifier = grey({ labels, output: "probabilities" }, fixedOnnx(1));
  const tensor = Float32Array.from({ length: 3 * size }, (_, index) => index);
  expect(await classifier.classify(tensor, 3)).toEqual(tensor);
  expect(await classifier.classify(tensor.subarray(size), 1)).toEqual(tensor.subarray(size, 2 * size));
});

test("a model for batches of another size is refused", async () => {
  await expect(grey({}, fixedOnnx(8)).classify(new Float32Array(size), 1)).rejects.toThrow(
    'grey-28: the model\'s input "image" is [8,28,28,1]; its first axis must be dynamic or 1',
  );
});

test("a model with two outputs needs a name", async () => {
  const onnx = writeOnnx({
    inputs: [{ name: "image", dims: ["batch", 28, 28, 1] }],
    outputs: [
      { name: "a", dims: ["batch", size] },
      { name: "b", dims: ["batch", size] },
    ],
    nodes: [
      { op: "Flatten", inputs: ["image"], outputs: ["a"] },
      { op: "Softmax", inputs: ["a"], outputs: ["b"] },
    ],
  });
  const labels = Array.from({ length: size }, (_, index) => `label ${index}`);
  await expect(grey({ labels }, onnx).classify(new Float32Array(size), 1)).rejects.toThrow(
    'the model has 2 outputs: set "tensors.output" to one of "a", "b"',
  );
  const named = grey({ labels, tensors: { output: "b" }, output: "probabilities" }, onnx);
  expect((await named.classify(new Float32Array(size), 1))[0]).toBeCloseTo(1 / size, 6);
});

test("a registry lists by id, and its default is the first or the one that says so", () => {
  const entry = (id: string, changes: Partial<Manifest> = {}) =>
    greyEntry({ ...greyManifest, id, ...changes });
  const first = createRegistry([entry("b"), entry("a"), entry("c")], runtime);
  expect(first.classifiers.map(({ manifest }) => manifest.id)).toEqual(["a", "b", "c"]);
  expect(first.default.manifest.id).toBe("a");
  expect(first.get("c")).toBe(first.classifiers[2]);
  expect(first.get("d")).toBeUndefined();
  expect(createRegistry([entry("a"), entry("b", { default: true })], runtime).default.manifest.id).toBe("b");
  expect(() => createRegistry([], runtime)).toThrow("there is no model");
});

test("the shipped models are found, and the default is the CIFAR-10 ResNet", () => {
  expect(createRegistry(readModels("models"), runtime).default.manifest.id).toBe("cifar10-resnet8");
});

test("an error of the compiler itself does not fail a request, and is in the log", async ({
  onTestFinished,
}) => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  const manifest: Manifest = {
    ...greyManifest,
    // The compiler asks for it: this stands for any mistake in it.
    get tensors(): NonNullable<Manifest["tensors"]> {
      throw new TypeError("a bug");
    },
  };
  expect(await greyEntry(manifest).compile()).toEqual({
    unsupported: "could not be compiled because of an internal error; see the log",
  });
  expect(log.mock.calls).toEqual([["The model grey-28 could not be compiled:", expect.any(TypeError)]]);
});
