import { expect, test } from "vitest";
import { describe } from "./describe.ts";

const labels = ["a", "b"];
const scaled = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };
const input = { width: 4, height: 2, channels: 3, layout: "NCHW", ...scaled };

test("sizes and layout come from the axes of the server's input", () => {
  const said = { labels, input: scaled };
  expect(describe("kserve-v2", said, { image: [3, 2, 4] }, "m").input).toEqual(input);
  expect(describe("kserve-v2", said, { image: [2, 4, 3] }, "m").input).toEqual({ ...input, layout: "NHWC" });
  const open = { labels, input: { ...scaled, width: 4, height: 2 } };
  expect(describe("tf-serving", open, { image: [3, null, null] }, "m").input).toEqual(input);
  // Three by three by three is channels last, as TensorFlow has it, unless it is said.
  expect(describe("tf-serving", said, { image: [3, 3, 3] }, "m").input.layout).toBe("NHWC");
  const first = { labels, input: { ...scaled, layout: "NCHW" } } as const;
  expect(describe("tf-serving", first, { image: [3, 3, 3] }, "m").input.layout).toBe("NCHW");
});

test("a server of bytes needs no scale, and takes none", () => {
  const facts = { image: [2, 4, 3], takesBytes: true };
  expect(describe("kserve-v2", { labels }, facts, "m").input).toEqual({ ...input, layout: "NHWC" });
  expect(() => describe("kserve-v2", { labels, input: { scale: 1 / 255 } }, facts, "m")).toThrow(
    "input: the server takes bytes and scales them itself: leave out scale, mean and std.",
  );
});

test("labels that nobody names are numbers; without their number they are missing", () => {
  const facts = { image: [3, 2, 4], labels: 3 };
  expect(describe("kserve-v2", { input: scaled }, facts, "m").labels).toEqual(["0", "1", "2"]);
  expect(() => describe("kserve-v2", { input: scaled }, { image: [3, 2, 4] }, "m")).toThrow(
    /^labels: are missing/,
  );
});

test("what is missing is named", () => {
  expect(() => describe("kserve-v2", { labels }, { image: [3, 2, 4] }, "m")).toThrow(
    /^input: how bytes become tensor values/,
  );
  expect(() => describe("json", { labels, input: { height: 2, channels: 3 } }, {}, undefined)).toThrow(
    'the remote model\u2019s description: "input.width" is missing'.replace("\u2019", "'"),
  );
});

test("the id is made of the model's name", () => {
  const idOf = (model: string) =>
    describe("json", { labels, input: { width: 4, height: 2, channels: 3 } }, {}, model).id;
  expect(idOf("My_Model v2")).toBe("my-model-v2");
  expect(idOf("模型")).toBe("remote");
});
