import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { attack, classify, decodeImage, loadModel, type Raster, targets } from "../../node/index.ts";
import { stretch } from "../image/stretch.ts";

const model = await loadModel("cifar10-resnet8");
const sample = await decodeImage(readFileSync("models/samples/cifar10/cat-3.png"));
/** A photo of another size than the classifier's. */
const photo = stretch(sample, { width: 80, height: 60, channels: 3 });
const options = { pixels: 12, space: "source", seed: 2, budget: 2000 } as const;

const differing = (one: Raster, other: Raster): number[] =>
  Array.from({ length: one.width * one.height }, (_, position) => position).filter((position) =>
    [0, 1, 2].some((channel) => one.data[position * 3 + channel] !== other.data[position * 3 + channel]),
  );
const pngOf = (dataUrl: string): Uint8Array => Buffer.from(dataUrl.split(",")[1]!, "base64");

describe("pixels of the image's own", () => {
  test("fool the classifier, in an image of the same size whose other pixels are the same", async () => {
    const result = await attack(model, photo, options);
    expect(result).toMatchObject({ status: "fooled", verified: true, engine: "incremental" });
    expect(result.settings).toMatchObject({ space: "source", pixels: 12 });
    expect(result.input).toEqual({ width: 80, height: 60, resized: true });
    const returned = await decodeImage(pngOf(result.image));
    expect([returned.width, returned.height]).toEqual([80, 60]);
    expect(differing(photo, returned)).toEqual(result.pixels.map(({ x, y }) => y * 80 + x));
    expect(result.pixels.length).toBeLessThanOrEqual(12);
    const { label, probability } = await classify(model, pngOf(result.image));
    expect([label, probability]).toEqual([result.after.label, result.after.probability]);
    expect(label).not.toBe(result.label);
    expect(await attack(model, photo, options)).toEqual(result);
  });

  test("fool it with onnxruntime as the engine, too", async () => {
    const fast = await attack(model, photo, options);
    const slow = await attack(model, photo, { ...options, engine: "onnxruntime" });
    expect(slow.engine).toBe("onnxruntime");
    expect(slow.pixels).toEqual(fast.pixels);
    expect(slow.cost).toEqual(fast.cost);
  });

  test("reach other labels", async () => {
    const result = await targets(model, photo, { ...options, budget: 200 });
    const reached = result.targets.filter(({ status }) => status === "fooled");
    expect(reached.length).toBeGreaterThan(0);
    for (const { image, target } of reached) {
      expect((await classify(model, pngOf(image))).label).toBe(target);
    }
  });

  test("are the classifier's in an image of its size: an error that says so", async () => {
    await expect(attack(model, sample, options)).rejects.toMatchObject({
      code: "invalid-option",
      field: "space",
      message: expect.stringContaining("has the size of the classifier's input, 32×32,"),
    });
  });

  test("limit the number of pixels, not the classifier's", async () => {
    const small = stretch(sample, { width: 4, height: 3, channels: 3 });
    await expect(attack(model, small, { ...options, pixels: 13 })).rejects.toMatchObject({
      field: "pixels",
      message: expect.stringContaining("from 1 to 12, not 13: the attacked image has 4×3 pixels."),
    });
    const result = await attack(model, photo, { ...options, pixels: 1024, budget: 1 });
    expect(result.cost.queries).toBe(1);
  });
});
