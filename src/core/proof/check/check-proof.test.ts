import { beforeAll, describe, expect, test } from "vitest";
import { noise } from "../../../../test/support/kernel/fixtures.ts";
import { writeOnnx } from "../../../../test/support/onnx-writer.ts";
import { proofOf, smallClassifier, withBoxes, withFields } from "../../../../test/support/proof-files.ts";
import { marginOf } from "../../attack/objectives.ts";
import type { Classifier } from "../../model/classifier.ts";
import type { ProofFile } from "../proof-file.ts";
import { checkProof } from "./check-proof.ts";
import type { ClaimedPixel } from "./read-proof.ts";

/** A network with an operator that the checker has not. */
function sigmoidOnnx(): ArrayBuffer {
  const weights = Float32Array.from({ length: 75 }, (_, i) => ((i * 37) % 11) / 1e4);
  return writeOnnx({
    inputs: [{ name: "image", dims: ["batch", 1, 5, 5] }],
    outputs: [{ name: "output", dims: ["batch", 3] }],
    initialisers: [
      { name: "w", dims: [25, 3], data: weights },
      { name: "b", dims: [3], data: Float32Array.of(2, 0, -2) },
    ],
    nodes: [
      { op: "Flatten", inputs: ["image"], outputs: ["v"] },
      { op: "Gemm", inputs: ["v", "w", "b"], outputs: ["g"] },
      { op: "Sigmoid", inputs: ["g"], outputs: ["output"] },
    ],
  });
}

const image = noise(5, 5, 3, 1);
let classifier: Classifier;
let file: ProofFile;

beforeAll(async () => {
  classifier = await smallClassifier();
  file = await proofOf(classifier, image);
});

const reasonOf = async (changed: unknown, other = image) =>
  (await checkProof(classifier, other, changed)).reason;

/** The proof of a grey image as it is where the classifier was asked about every value. */
async function enumerated(proof: ProofFile): Promise<ProofFile> {
  const every = [{ low: [0], high: [255], bound: Number.NaN }];
  return withBoxes(await withFields(proof, { method: "enumeration" }), (pixels) =>
    pixels.map(({ position }) => ({ position, boxes: every })),
  );
}

/** The boxes of the pixel at x = 2, y = 1, changed. */
function atSeven(change: (boxes: ClaimedPixel["boxes"]) => ClaimedPixel["boxes"]) {
  return (pixels: ClaimedPixel[]) => pixels.with(7, { position: 7, boxes: change(pixels[7]!.boxes) });
}

describe("a proof holds", () => {
  test("of a colour image", async () => {
    const boxes = JSON.parse(JSON.stringify(file)) as unknown;
    const seen: number[] = [];
    const checked = await checkProof(classifier, image, boxes, {
      onProgress: ({ pixels, total }) => {
        seen.push(pixels / total);
      },
    });
    expect(checked).toMatchObject({ holds: true, reason: null, pixels: 25, asked: 0 });
    expect(checked.boxes).toBeGreaterThanOrEqual(25);
    expect(checked.margin).toBeGreaterThan(0);
    expect(seen).toHaveLength(25);
    expect(seen.at(-1)).toBe(1);
  });

  test("of a target", async () => {
    const row = await classifier.probabilities(image);
    const target = ["a", "b", "c"][row.indexOf(Math.min(...row))]!;
    const checked = await checkProof(classifier, image, await proofOf(classifier, image, target));
    expect(checked).toMatchObject({ holds: true, pixels: 25 });
  });

  test("with channels on the last axis and a softmax at the end", async () => {
    const other = await smallClassifier({ layout: "NHWC", softmax: true });
    const checked = await checkProof(other, image, await proofOf(other, image));
    expect(checked).toMatchObject({ holds: true, pixels: 25 });
  });

  test("of a grey image", async () => {
    const grey = await smallClassifier({ channels: 1, layout: "NHWC" });
    const picture = noise(5, 5, 1, 4);
    const proof = await proofOf(grey, picture);
    expect(await checkProof(grey, picture, proof)).toMatchObject({ holds: true, pixels: 25 });
    // Where the classifier was asked about every value, the bounds of the checker say the same.
    const checked = await checkProof(grey, picture, await enumerated(proof));
    expect(checked).toMatchObject({ holds: true, pixels: 25, boxes: 25, margin: null });
    expect(checked.asked).toBeLessThan(256);
  });

  test("of a grey image whose network the checker cannot bound: it asks about every value, too", async () => {
    const grey = await smallClassifier({ channels: 1 }, sigmoidOnnx());
    const picture = noise(5, 5, 1, 4);
    const proof = await enumerated(await proofOf(grey, picture));
    const checked = await checkProof(grey, picture, proof);
    expect(checked).toMatchObject({ holds: true, pixels: 25, asked: 25 * 256, margin: null });
    expect(await reasonOf(await withFields(file, { method: "enumeration" }))).toMatch("not greyscale");
    const bounded = await withFields(proof, { method: "bounds" });
    expect((await checkProof(grey, picture, bounded)).reason).toBe("The checker has no operator Sigmoid.");
  });

  test("where the classifier was asked about one colour", async () => {
    const asked = await withBoxes(
      file,
      atSeven(([first]) => {
        const boxes = [];
        let [low, high] = [first!.low, first!.high];
        for (const channel of [0, 1, 2]) {
          while (low[channel] !== high[channel]) {
            const middle = Math.floor((low[channel]! + high[channel]!) / 2);
            boxes.push({ low: low.with(channel, middle + 1), high, bound: first!.bound });
            high = high.with(channel, middle);
          }
        }
        return [...boxes, { low, high, bound: Number.NaN }];
      }),
    );
    const checked = await checkProof(classifier, image, asked);
    expect(checked).toMatchObject({ holds: true, reason: null, asked: 1 });
  });
});

describe("a proof does not hold", () => {
  test("if a box is missing, doubled or larger", async () => {
    const halves = await withBoxes(
      file,
      atSeven(([{ low, high, bound } = { low: [], high: [], bound: 0 }]) => [
        { low, high: [127, 255, 255], bound },
        { low: [128, 0, 0], high, bound },
      ]),
    );
    expect(await reasonOf(halves)).toBeNull();
    const removed = await withBoxes(
      halves,
      atSeven((boxes) => boxes.slice(1)),
    );
    expect(await reasonOf(removed)).toBe("The boxes of the pixel at x = 2, y = 1 leave colours out.");
    const doubled = await withBoxes(
      halves,
      atSeven((boxes) => [...boxes, boxes[0]!]),
    );
    expect(await reasonOf(doubled)).toMatch("The boxes of the pixel at x = 2, y = 1 overlap");
    const larger = await withBoxes(
      halves,
      atSeven(([a, b]) => [{ ...a!, high: [128, 255, 255] }, b!]),
    );
    expect(await reasonOf(larger)).toMatch("The boxes of the pixel at x = 2, y = 1 overlap");
  });

  test("if a pixel is missing, doubled or out of order", async () => {
    const message = "The proof's pixels are not every pixel of the image once, in order.";
    expect(await reasonOf(await withBoxes(file, (pixels) => pixels.slice(0, -1)))).toBe(
      "The proof leaves pixels out.",
    );
    expect(await reasonOf(await withBoxes(file, (pixels) => pixels.toSpliced(3, 1)))).toBe(message);
    expect(await reasonOf(await withBoxes(file, (pixels) => [...pixels, pixels[0]!]))).toBe(message);
    expect(await reasonOf(await withBoxes(file, (pixels) => pixels.toReversed()))).toBe(message);
  });

  test("if a bound is above the lead on the image itself, which is among the colours", async () => {
    const lead = marginOf(await classifier.probabilities(image), file.label);
    const raised = await withBoxes(
      file,
      atSeven((boxes) => boxes.map((box) => ({ ...box, bound: lead + 1e-4 }))),
    );
    const checked = await checkProof(classifier, image, raised);
    expect(checked).toMatchObject({ holds: false, pixels: 7, margin: null });
    expect(checked.reason).toBe("The bound of a box of the pixel at x = 2, y = 1 cannot be confirmed.");
  });

  test.each([0, -1, 2 ** -20, Number.POSITIVE_INFINITY])("if a bound is %f", async (bound) => {
    const changed = await withBoxes(
      file,
      atSeven((boxes) => boxes.map((box) => ({ ...box, bound }))),
    );
    expect(await reasonOf(changed)).toMatch("is too small to prove anything");
  });

  test("if a box of several colours has no bound", async () => {
    const changed = await withBoxes(
      file,
      atSeven((boxes) => boxes.map((box) => ({ ...box, bound: Number.NaN }))),
    );
    expect(await reasonOf(changed)).toMatch("has no bound and more than one colour");
  });

  test("of another image, model, input or label", async () => {
    expect(await reasonOf(file, noise(5, 5, 3, 2))).toBe("The proof is about another image.");
    const model = { ...file.model, sha256: "0".repeat(64) };
    expect(await reasonOf(await withFields(file, { model }))).toBe("The proof is about another model.");
    const input = { ...file.model, input: { ...file.model.input, scale: 2 } };
    expect(await reasonOf(await withFields(file, { model: input }))).toMatch(
      'another input: "scale" differs',
    );
    expect(await reasonOf(await withFields(file, { label: (file.label + 1) % 3 }))).toBe(
      "The model predicts another label for the image.",
    );
    expect(await reasonOf(await withFields(file, { label: 3 }))).toMatch(
      "a label that the model does not have",
    );
    expect(await reasonOf(await withFields(file, { target: file.label }))).toBe(
      "The proof's target is its label.",
    );
  });

  test("if the file was changed", async () => {
    expect(await reasonOf({ ...file, label: (file.label + 1) % 3 })).toMatch("The file's digest is not");
    expect(await reasonOf({ ...file, sha256: "0".repeat(64) })).toMatch("The file's digest is not");
    const cut = (length: number) => withFields(file, { boxes: file.boxes.slice(0, length) });
    expect(await reasonOf(await cut(file.boxes.length - 5))).toBe(
      "The boxes are not base64, or are cut off.",
    );
    expect(await reasonOf(await cut(file.boxes.length - 8))).toBe("The boxes are cut off.");
    expect(await reasonOf(await cut(0))).toBe("The proof leaves pixels out.");
  });

  test.each([
    [null, "The file is not a proof: it is not an object of its fields."],
    ["a proof", "The file is not a proof: it is not an object of its fields."],
    [{}, 'The file is not a proof: its field "format" is missing, unknown or not of its kind.'],
  ])("if the file is %j", async (changed, reason) => expect(await reasonOf(changed)).toBe(reason));

  test("if a field is unknown or not of its kind", async () => {
    const field = (name: string) =>
      `The file is not a proof: its field "${name}" is missing, unknown or not of its kind.`;
    expect(await reasonOf({ ...file, more: 1 })).toBe(field("more"));
    expect(await reasonOf({ ...file, method: "hope" })).toBe(field("method"));
    expect(await reasonOf({ ...file, image: { ...file.image, width: -1 } })).toBe(field("image.width"));
  });
});

test("a check ends when it is aborted", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(checkProof(classifier, image, file, { signal })).rejects.toThrow("enough");
});
