import { expect, test } from "vitest";
import { type Foreign, foreignOnnx } from "../../../../test/support/foreign-model.ts";
import { writeOnnx } from "../../../../test/support/onnx-writer.ts";
import { nodeRuntime } from "../../../node/models.ts";
import { formatsOf } from "./format.ts";
import { inspectModel, type Wanted } from "./inspect.ts";
import { labelsFromMetadata, labelsFromText } from "./labels.ts";
import { recipe, type recipeNames, recipesFor } from "./normalisation.ts";
import { proposeManifest } from "./propose.ts";

const runtime = nodeRuntime();
const usual: Foreign = { channels: 3, side: 8, layout: "NCHW", batch: "N", softmax: false, range: 1 };
const inspect = (changes: Partial<Foreign>, wanted: Wanted = {}) =>
  inspectModel(new Uint8Array(foreignOnnx({ ...usual, ...changes })), wanted, runtime);

test.each<[string, Partial<Foreign>, object]>([
  ["NCHW", {}, { layout: "NCHW", channels: 3 }],
  ["NHWC", { layout: "NHWC" }, { layout: "NHWC", channels: 3 }],
  ["grey", { channels: 1, side: 28 }, { layout: "NCHW", channels: 1, width: 28, height: 28 }],
  ["grey NHWC", { channels: 1, side: 28, layout: "NHWC" }, { layout: "NHWC", channels: 1 }],
  ["a fixed batch", { batch: 1 }, { layout: "NCHW", width: 8, height: 8 }],
])("the shape of images is read: %s", async (_, changes, expected) => {
  expect((await inspect(changes)).input).toMatchObject(expected);
});

test.each([
  [true, 1, "probabilities"],
  [true, 255, "probabilities"],
  [false, 1, "logits"],
  [false, 255, "logits"],
] as const)("with softmax %s and a range of %i, running it shows %s", async (softmax, range, scores) => {
  expect((await inspect({ softmax, range })).output).toEqual({
    name: "scores",
    only: true,
    count: 3,
    scores,
  });
});

test("a manifest is proposed that its classifier keeps", async () => {
  const facts = await inspect({ metadata: { names: "{0: 'cat', 1: \"dog's\", 2: 'ship'}" } });
  const normalisation = recipe("-1-1", 3);
  expect(proposeManifest(facts, { id: "mine", normalisation })).toEqual({
    id: "mine",
    title: "mine",
    labels: ["cat", "dog's", "ship"],
    input: {
      width: 8,
      height: 8,
      channels: 3,
      layout: "NCHW",
      scale: 1 / 127.5,
      mean: [1, 1, 1],
      std: [1, 1, 1],
    },
    output: "logits",
  });
  const numbered = proposeManifest(await inspect({}), { id: "mine", normalisation, scores: "probabilities" });
  expect(numbered).toMatchObject({ labels: ["0", "1", "2"], output: "probabilities" });
  expect(() => proposeManifest(facts, { id: "mine", normalisation, labels: ["a"] })).toThrow(
    "labels must have 3 entries, one for each output of the model, not 1.",
  );
});

test("an output of several is named, and the only one that fits is found", async () => {
  const onnx = (second: readonly string[]) =>
    new Uint8Array(
      writeOnnx({
        inputs: [{ name: "image", dims: ["N", 1, 2, 2] }],
        outputs: [
          { name: "scores", dims: ["N", 4] },
          { name: "features", dims: ["N", ...second] },
        ],
        nodes: [
          { op: "Flatten", inputs: ["image"], outputs: ["scores"] },
          { op: "Relu", inputs: [second.length > 1 ? "image" : "scores"], outputs: ["features"] },
        ],
      }),
    );
  const facts = await inspectModel(onnx(["1", "2", "2"]), {}, runtime);
  const answers = { id: "mine", normalisation: recipe("0-1", 1) };
  expect(proposeManifest(facts, answers).tensors).toEqual({ output: "scores" });
  await expect(inspectModel(onnx(["4"]), {}, runtime)).rejects.toThrow(
    'Name one of "scores", "features" as outputName',
  );
  const named = await inspectModel(onnx(["4"]), { outputName: "features" }, runtime);
  expect(proposeManifest(named, answers).tensors).toEqual({ output: "features" });
});

test("a file that is no classifier of images is refused", async () => {
  await expect(inspectModel(Uint8Array.of(1, 2, 3), {}, runtime)).rejects.toThrow(
    "onnxruntime cannot load the file",
  );
  const flat = writeOnnx({
    inputs: [{ name: "x", dims: ["N", 784] }],
    outputs: [{ name: "y", dims: ["N", 784] }],
    nodes: [{ op: "Relu", inputs: ["x"], outputs: ["y"] }],
  });
  await expect(inspectModel(new Uint8Array(flat), {}, runtime)).rejects.toThrow(
    'The model takes "x" (float32 [N,784]). onepixel attacks models with a float32 input of four axes.',
  );
  const binary = writeOnnx({
    inputs: [{ name: "x", dims: ["N", 1, 2, 2] }],
    outputs: [{ name: "y", dims: ["N", 1, 1, 1] }],
    nodes: [{ op: "GlobalMaxPool", inputs: ["x"], outputs: ["y"] }],
  });
  await expect(inspectModel(new Uint8Array(binary), {}, runtime)).rejects.toThrow(
    "scores of at least two labels",
  );
});

test("what the axes leave open must be said", () => {
  const shape = (...axes: (number | string)[]) => ({ name: "x", shape: ["N", ...axes] });
  expect(() => formatsOf(shape("C", "H", "W"), {})).toThrow("Pass layout=NCHW or layout=NHWC");
  expect(() => formatsOf(shape(3, "H", "W"), {})).toThrow("Pass the size, such as size=224x224");
  expect(() => formatsOf(shape(4, 8, 8), {})).toThrow("images of 1 or 3 channels");
  expect(() => formatsOf(shape(3, 8, 8), { size: { width: 9, height: 8 } })).toThrow("size=9x8 does not fit");
  expect(() => formatsOf(shape(3, 8, 8), { layout: "NHWC" })).toThrow("8 channels with layout=NHWC");
  const size = { width: 9, height: 8 };
  expect(formatsOf(shape("C", "H", "W"), { layout: "NHWC", size }).map(({ channels }) => channels)).toEqual([
    3, 1,
  ]);
  expect(formatsOf(shape(3, "H", "W"), { size })).toEqual([{ layout: "NCHW", channels: 3, ...size }]);
});

test("channels that the file leaves open are found by running", async () => {
  for (const channels of [1, 3] as const) {
    const onnx = foreignOnnx({ ...usual, channels, axes: ["C", "H", "W"] });
    const wanted = { layout: "NCHW", size: { width: 8, height: 8 } } as const;
    expect((await inspectModel(new Uint8Array(onnx), wanted, runtime)).input).toMatchObject({
      channels,
      width: 8,
    });
  }
});

test("labels are read from texts as people and exporters write them", () => {
  expect(labelsFromText("\uFEFFcat\r\ndog \r\nold ship\r\n\r\n")).toEqual(["cat", "dog", "old ship"]);
  expect(labelsFromText('["cat", "dog"]\n')).toEqual(["cat", "dog"]);
  const from = (text: string, count = 2) => labelsFromMetadata(new Map([["names", text]]), count);
  expect(from('{"1": "dog", "0": "cat"}')).toEqual(["cat", "dog"]);
  expect(from("['cat', 'a \\'dog\\'']")).toEqual(["cat", "a 'dog'"]);
  expect(from("cat, dog")).toEqual(["cat", "dog"]);
  expect(from("cat\ndog")).toEqual(["cat", "dog"]);
  expect(from("cat,dog", 3)).toBeNull();
  expect(from("cat,cat")).toBeNull();
  expect(labelsFromMetadata(new Map([["author", "a,b"]]), 2)).toBeNull();
});

test("each normalisation maps a byte as it says", () => {
  const ends = (name: (typeof recipeNames)[number], channels: 1 | 3) => {
    const { scale, mean, std } = recipe(name, channels);
    return [0, 255].map((byte) => mean.map((each, at) => (byte * scale - each) / std[at]!));
  };
  expect(ends("0-1", 1)).toEqual([[0], [1]]);
  expect(ends("-1-1", 3)).toEqual([
    [-1, -1, -1],
    [1, 1, 1],
  ]);
  expect(ends("none", 1)).toEqual([[0], [255]]);
  expect(ends("mnist", 1)[0]![0]).toBeCloseTo(-0.4242, 4);
  expect(ends("imagenet", 3)[1]!.map((value) => Number(value.toFixed(4)))).toEqual([2.2489, 2.4286, 2.64]);
  expect(ends("cifar10", 3)[0]!.map((value) => Number(value.toFixed(4)))).toEqual([
    -1.9895, -1.9803, -1.7068,
  ]);
  expect(recipesFor(1)).toEqual(["mnist", "0-1", "-1-1", "none"]);
  expect(recipesFor(3)).toEqual(["imagenet", "cifar10", "0-1", "-1-1", "none"]);
  expect(() => recipe("mnist", 3)).toThrow(
    "normalise=mnist is for grey images, but the model has 3 channels",
  );
});
