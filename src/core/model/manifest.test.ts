import { expect, test } from "vitest";
import { greyManifest } from "../../../test/support/grey-model.ts";
import { ManifestError, parseManifest } from "./manifest.ts";

const file = "models/grey-28/manifest.json";
const parse = (manifest: unknown) => parseManifest(JSON.stringify(manifest), file, "grey-28");

/** The message for the grey model's manifest with `changes` to its fields or to those of its input. */
function messageFor(changes: object, inputChanges: object = {}): string {
  try {
    parse({ ...greyManifest, input: { ...greyManifest.input, ...inputChanges }, ...changes });
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestError);
    return (error as Error).message;
  }
  throw new Error("the manifest was taken");
}

test("a manifest with every field is taken as it stands", () => {
  const manifest = {
    ...greyManifest,
    default: true,
    tensors: { input: "image", output: "logits" },
    testAccuracy: { value: 0.5, n: 10, dataset: "noise" },
    training: { data: "noise", command: "make", epochs: 1, seed: 0 },
    licence: "MIT",
  };
  expect(parse(manifest)).toEqual(manifest);
});

test.for<[string, object, object, string]>([
  ["an unknown field", { colour: 1 }, {}, '"colour" is not a field; the fields here are id, title,'],
  ["an unknown inner field", {}, { depth: 3 }, '"input.depth" is not a field; the fields here are width,'],
  [
    "a missing title",
    { title: undefined },
    {},
    '"title" is missing; it must be a string of 1 to 100 characters',
  ],
  [
    "a missing width",
    {},
    { width: undefined },
    '"input.width" is missing; it must be a whole number from 1 to 1024',
  ],
  ["a missing input", { input: undefined }, {}, '"input" is missing'],
  ["another id", { id: "other" }, {}, '"id" must be the name of its folder, "grey-28", not "other"'],
  ["an id with a slash", { id: "a/b" }, {}, '"id" must be 1 to 64 of a-z, 0-9 and -,'],
  ["one label", { labels: ["a"] }, {}, '"labels" must be a list of at least two different strings'],
  [
    "a label twice",
    { labels: ["a", "b", "a"] },
    {},
    '"labels" must be a list of at least two different strings',
  ],
  ["an empty label", { labels: ["a", ""] }, {}, '"labels[1]" must be a string of 1 to 100 characters'],
  ["a width of 0", {}, { width: 0 }, '"input.width" must be a whole number from 1 to 1024, not 0'],
  [
    "a height of 1025",
    {},
    { height: 1025 },
    '"input.height" must be a whole number from 1 to 1024, not 1025',
  ],
  ["half a pixel", {}, { height: 1.5 }, '"input.height" must be a whole number from 1 to 1024, not 1.5'],
  ["a width as text", {}, { width: "28" }, '"input.width" must be a whole number from 1 to 1024, not "28"'],
  ["two channels", {}, { channels: 2 }, '"input.channels" must be one of 1, 3, not 2'],
  ["an unknown layout", {}, { layout: "HWC" }, '"input.layout" must be one of "NCHW", "NHWC", not "HWC"'],
  ["a scale of 0", {}, { scale: 0 }, '"input.scale" must be a finite number above 0, not 0'],
  ["three means for grey", {}, { mean: [0, 0, 0] }, '"input.mean" must hold one number for each channel'],
  ["no std", {}, { std: [] }, '"input.std" must hold one number for each channel'],
  ["a std of 0", {}, { std: [0] }, '"input.std[0]" must be a finite number above 0, not 0'],
  ["a mean as text", {}, { mean: ["0.5"] }, '"input.mean[0]" must be a number, not "0.5"'],
  [
    "an unknown output",
    { output: "scores" },
    {},
    '"output" must be one of "probabilities", "logits", not "scores"',
  ],
  ["an accuracy in per cent", { testAccuracy: { value: 89, n: 1, dataset: "x" } }, {}, "from 0 to 1, not 89"],
  ["default false", { default: false }, {}, '"default" must be true, or omitted, not false'],
])("%s is refused", ([, changes, inputChanges, message]) => {
  const text = messageFor(changes, inputChanges);
  expect(text).toContain(
    `${file}: ${message.startsWith('"') ? "" : '"testAccuracy.value" must be a number '}${message}`,
  );
});

test("a manifest with several faults gets a line for each", () => {
  const lines = messageFor({ title: 3 }, { width: 0, std: [-1] }).split("\n");
  expect(lines).toHaveLength(3);
});

test.for(["", "{", "[]", "3", "null"])("%j is refused", (json) => {
  expect(() => parseManifest(json, file, "grey-28")).toThrow(ManifestError);
});

test("a scale beyond the numbers is refused", () => {
  const json = JSON.stringify(greyManifest).replace(/"scale":[^,]*/, '"scale":1e999');
  expect(() => parseManifest(json, file, "grey-28")).toThrow('"input.scale" must be a finite number above 0');
});
