import { beforeAll, describe, expect, test } from "vitest";
import { initCodecsInNode } from "../../../test/support/codecs.ts";
import { encodePng } from "../image/png/png.ts";
import {
  type EvaluationManifest,
  evaluationCount,
  evaluationImage,
  evaluationSetOf,
  MissingLabelError,
  openFiles,
  openPlanes,
  requireLabels,
} from "./evaluation-set.ts";

beforeAll(initCodecsInNode);

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
  format: "planes",
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
  test("of one file gives its images, and the names of their labels", async () => {
    const set = openPlanes(manifest, file);
    expect(set).toMatchObject(manifest);
    expect([0, 1].map((index) => set.labelOf(index))).toEqual(["ship", "cat"]);
    expect(await set.image(1)).toEqual(evaluationImage(file, 1).image);
    expect(() => set.labelOf(2)).toThrow(
      new RangeError("Image 2 of three has the label 7, which has no name."),
    );
    expect(() => set.labelOf(3)).toThrow("there is no image 3");
    await expect(set.image(3)).rejects.toThrow("there is no image 3");
  });

  test.each<[Partial<EvaluationManifest>, string]>([
    [{ count: 4 }, "4 images of 32×32 pixels with 3 channels have 12292"],
    [{ width: 28 }, "3 images of 28×32 pixels with 3 channels have 8067"],
    [{ height: 28 }, "3 images of 32×28 pixels with 3 channels have 8067"],
    [{ channels: 1 }, "3 images of 32×32 pixels with 1 channels have 3075"],
  ])("whose manifest says %o is refused", (changes, told) => {
    expect(() => openPlanes({ ...manifest, ...changes }, file)).toThrow(
      new RangeError(`The evaluation set three has 9219 bytes; ${told}. Correct its manifest.`),
    );
  });

  test("of grey images has one plane each", async () => {
    const grey = openPlanes(
      { ...manifest, width: 2, height: 2, channels: 1, count: 2 },
      Uint8Array.from([0, 1, 2, 3, 4, 2, 5, 6, 7, 8]).buffer,
    );
    expect([0, 1].map((index) => grey.labelOf(index))).toEqual(["cat", "ship"]);
    const data = Uint8Array.from([5, 6, 7, 8]);
    expect(await grey.image(1)).toEqual({ width: 2, height: 2, channels: 1, data });
  });

  test("of files reads and decodes an image when it is asked for", async () => {
    let reads = 0;
    const image = { width: 2, height: 1, channels: 3, data: Uint8Array.from([1, 2, 3, 4, 5, 6]) } as const;
    const read = async () => {
      reads++;
      return encodePng(image).buffer;
    };
    const set = openFiles({ ...manifest, format: "files", count: 1 }, [{ label: "dog", read }]);
    expect([set.labelOf(0), reads]).toEqual(["dog", 0]);
    expect(await set.image(0)).toEqual(image);
    expect(() => set.labelOf(1)).toThrow("The evaluation set has 1 images: there is no image 1.");
    await expect(set.image(1)).rejects.toThrow("there is no image 1");
  });

  test("of a model is the one that its manifest names, or else the first whose labels it has", () => {
    const digits = { ...manifest, id: "digits", labels: ["0", "1"] };
    const sets = [manifest, digits];
    const of = (labels: string[], evaluation?: string) =>
      evaluationSetOf(sets, { labels, ...(evaluation !== undefined && { evaluation }) })?.id;
    expect(of(["cat", "dog", "ship", "0", "1"])).toBe("three");
    expect(of(["cat", "dog", "ship", "0", "1"], "digits")).toBe("digits");
    expect(of(["0", "1"])).toBe("digits");
    expect(of(["cat", "dog", "ship"], "none")).toBeUndefined();
    expect(of(["cat"])).toBeUndefined();
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
