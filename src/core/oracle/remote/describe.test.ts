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
    "normalise must be omitted: the server takes bytes and scales them itself.",
  );
});

test("labels that nobody names are numbers; without their number they are missing", () => {
  const facts = { image: [3, 2, 4], labels: 3 };
  expect(describe("kserve-v2", { input: scaled }, facts, "m").labels).toEqual(["0", "1", "2"]);
  expect(() => describe("kserve-v2", { input: scaled }, { image: [3, 2, 4] }, "m")).toThrow(
    /^labels are required/,
  );
});

test("what is missing is named", () => {
  expect(() => describe("kserve-v2", { labels }, { image: [3, 2, 4] }, "m")).toThrow(
    /^normalise must be one of imagenet, .*, or scale, mean and std: servers do not specify/,
  );
  const narrow = { labels, input: { height: 2 } };
  expect(() => describe("json", narrow, {}, undefined)).toThrow(/^size is required, such as 32x32/);
  expect(() => describe("tf-serving", { labels, input: { width: 4, height: 2 } }, {}, "m")).toThrow(
    /^channels must be 1 or 3/,
  );
});

test("a normalisation may be named, or be numbers for every channel", () => {
  const facts = { image: [2, 4, 1] };
  const grey = describe("kserve-v2", { labels, normalise: "mnist" }, facts, "m").input;
  expect(grey).toMatchObject({ channels: 1, mean: [0.1307], std: [0.3081] });
  const given = { labels, normalise: { scale: 1 / 255, mean: [0.5] } };
  expect(describe("kserve-v2", given, { image: [2, 4, 3] }, "m").input).toMatchObject({
    mean: [0.5, 0.5, 0.5],
    std: [1, 1, 1],
  });
  expect(() => describe("kserve-v2", { labels, normalise: "imagenet" }, facts, "m")).toThrow(
    /for RGB images/,
  );
});

test("the id is made of the model's name", () => {
  const idOf = (model: string) =>
    describe("json", { labels, input: { width: 4, height: 2, channels: 3 } }, {}, model).id;
  expect(idOf("My_Model v2")).toBe("my-model-v2");
  expect(idOf("模型")).toBe("remote");
});
