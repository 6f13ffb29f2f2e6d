import { describe, expect, test } from "vitest";
import {
  type EvaluationManifest,
  evaluationCount,
  evaluationImage,
  MissingLabelError,
  openEvaluationSet,
  requireLabels,
} from "./evaluation-set.ts";

const PLANE = 1024;
const RECORD = 1 + 3 * PLANE;

/** Three images; each sample tells its image, channel and position. */
const sampleOf = (image: number, channel: number, position: number) =>
  (image * 67 + channel * 29 + position) % 256;
const bytes = new Uint8Array(3 * RECORD);
for (const [image, label] of [2, 0, 7].entries()) {
  bytes[image * RECORD] = label;
  for (let channel = 0; channel < 3; channel++) {
    for (let position = 0; position < PLANE; position++) {
      bytes[image * RECORD + 1 + channel * PLANE + position] = sampleOf(image, channel, position);
    }
  }
}
const file = bytes.buffer;

const manifest: EvaluationManifest = {
  id: "three",
  title: "Three",
  format: "cifar10",
  labels: ["cat", "dog", "ship"],
  width: 32,
  height: 32,
  channels: 3,
  count: 3,
  licence: "none",
  source: "here",
};

describe("a file of images", () => {
  test("holds an image for every 3,073 bytes", () => {
    expect(evaluationCount(file)).toBe(3);
    expect(evaluationCount(file.slice(0, RECORD))).toBe(1);
  });

  test.each([0, 1, 2])("image %i: its label, and its planes pixel by pixel", (index) => {
    const { label, image } = evaluationImage(file, index);
    expect(label).toBe([2, 0, 7][index]);
    expect(image).toMatchObject({ width: 32, height: 32, channels: 3 });
    const expected = Uint8Array.from({ length: 3 * PLANE }, (_, at) =>
      sampleOf(index, at % 3, Math.floor(at / 3)),
    );
    expect(image.data).toEqual(expected);
  });

  test.each([-1, 3, Number.NaN])("has no image %d", (index) => {
    expect(() => evaluationImage(file, index)).toThrow(
      new RangeError(`The evaluation set has 3 images: there is no image ${index}.`),
    );
  });
});

describe("an evaluation set", () => {
  test("gives its images with the names of their labels", () => {
    const set = openEvaluationSet(manifest, file);
    expect(set).toMatchObject(manifest);
    expect(set.at(0)).toEqual({ label: "ship", image: evaluationImage(file, 0).image });
    expect(set.at(1)).toEqual({ label: "cat", image: evaluationImage(file, 1).image });
    expect(() => set.at(2)).toThrow(new RangeError("Image 2 of three has the label 7, which has no name."));
    expect(() => set.at(3)).toThrow("there is no image 3");
  });

  test.each<[Partial<EvaluationManifest>, string]>([
    [{ count: 4 }, "format cifar10, 32×32 pixels, 3 channels and 4 images"],
    [{ width: 28 }, "format cifar10, 28×32 pixels, 3 channels and 3 images"],
    [{ height: 28 }, "format cifar10, 32×28 pixels, 3 channels and 3 images"],
    [{ channels: 1 }, "format cifar10, 32×32 pixels, 1 channels and 3 images"],
    [{ format: "png" }, "format png, 32×32 pixels, 3 channels and 3 images"],
  ])("whose manifest says %o is refused", (changes, told) => {
    const found = "format cifar10, 32×32 pixels, 3 channels and 3 images";
    expect(() => openEvaluationSet({ ...manifest, ...changes }, file)).toThrow(
      new RangeError(`The evaluation set three has ${found}; its manifest says ${told}.`),
    );
  });

  test("is for models that have all its labels, in whatever order and with others", () => {
    const model = { id: "mine", labels: ["bird", "ship", "dog", "cat"] };
    expect(() => requireLabels(manifest, model)).not.toThrow();
    const lacking = () => requireLabels(manifest, { id: "mine", labels: ["dog", "bird"] });
    expect(lacking).toThrow(MissingLabelError);
    expect(lacking).toThrow(
      "The model mine lacks labels of the evaluation set three: cat, ship. Choose a model that has them all.",
    );
    try {
      lacking();
    } catch (error) {
      expect(error).toHaveProperty("name", "MissingLabelError");
    }
  });
});
