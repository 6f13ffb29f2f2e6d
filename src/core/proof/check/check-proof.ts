import { argmax, type Goal, isFooled } from "../../attack/objectives.ts";
import type { Raster } from "../../image/raster.ts";
import type { Classifier } from "../../model/classifier.ts";
import { sha256 as digestOf } from "../../model/digest.ts";
import { softmax } from "../../model/softmax.ts";
import { ModelFileError } from "../../onnx/error.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import type { ProofFile } from "../proof-file.ts";
import { type Bounds, createBounds } from "./bounds/bounds.ts";
import { createJudge, LEAD } from "./judge.ts";
import { readNetwork } from "./network/read-network.ts";
import { faultOf, isColour, valuesIn } from "./partition.ts";
import { type ClaimedBox, type ClaimedPixel, readBoxes, readProof } from "./read-proof.ts";
import { Refused } from "./refused.ts";

/** What the checker says of a proof. */
export interface CheckedProof {
  readonly holds: boolean;
  /** What is wrong with it, or null if it holds. */
  readonly reason: string | null;
  /** How many pixels and boxes were confirmed, and for how many colours the classifier was asked. */
  readonly pixels: number;
  readonly boxes: number;
  readonly asked: number;
  /** The least bound that the proof claims of a box; null if there is none, or the proof does not hold. */
  readonly margin: number | null;
}

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { pixels: number; total: number }) => void | Promise<void>) | undefined;
  /** Awaited after each pixel. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** How far the probabilities of the checker may be from the classifier's: it is the same network if they agree. */
const AGREEMENT = 1e-3;

function checkModel({ model, image }: ProofFile, sha256: string, { manifest }: Classifier): void {
  if (model.sha256 !== sha256) throw new Refused("The proof is about another model.");
  const own: Readonly<Record<string, unknown>> = manifest.input;
  for (const [name, value] of Object.entries(model.input)) {
    if (JSON.stringify(value) !== JSON.stringify(own[name])) {
      throw new Refused(`The proof is about a model with another input: "${name}" differs.`);
    }
  }
  const { width, height, channels } = manifest.input;
  if (image.width !== width || image.height !== height || image.channels !== channels) {
    throw new Refused("The proof is about an image that is not of the model's size.");
  }
}

async function checkImage({ image: claimed }: ProofFile, image: Raster): Promise<void> {
  const { width, height, channels, data } = image;
  const isSize = claimed.width === width && claimed.height === height && claimed.channels === channels;
  if (!isSize || claimed.sha256 !== (await digestOf(Uint8Array.from(data)))) {
    throw new Refused("The proof is about another image.");
  }
}

function goalOf({ label, target }: ProofFile, clean: Float32Array): Goal {
  if (label >= clean.length || (target ?? 0) >= clean.length) {
    throw new Refused("The proof names a label that the model does not have.");
  }
  if (argmax(clean) !== label) throw new Refused("The model predicts another label for the image.");
  if (target === label) throw new Refused("The proof's target is its label.");
  return { label, target };
}

/** The checker's own bounds, or why it has none. */
function boundsOf(onnx: ArrayBuffer, { manifest }: Classifier, image: Raster, clean: Float32Array): Bounds {
  try {
    const network = readNetwork(new Uint8Array(onnx), manifest);
    const bounds = createBounds(network, image, manifest.input);
    const scores = Float32Array.from(bounds.scores);
    if (network.hasSoftmax || manifest.output === "logits") softmax(scores, scores.length);
    if (!scores.every((score, label) => Math.abs(score - clean[label]!) <= AGREEMENT)) {
      throw new Refused(
        "The checker reads the network otherwise than the classifier: their predictions differ.",
      );
    }
    return bounds;
  } catch (error) {
    if (error instanceof Unsupported)
      throw new Refused(`The checker cannot read the network: it ${error.message}.`);
    if (error instanceof ModelFileError)
      throw new Refused(`The checker cannot read the network. ${error.message}`);
    throw error;
  }
}

function placeOf(position: number, { width }: Raster): string {
  return `x = ${position % width}, y = ${Math.floor(position / width)}`;
}

function checkCover(pixels: readonly ClaimedPixel[], image: Raster): void {
  const { width, height, channels } = image;
  for (const [i, { position, boxes }] of pixels.entries()) {
    if (position !== i || i >= width * height) {
      throw new Refused("The proof's pixels are not every pixel of the image once, in order.");
    }
    const fault = faultOf(boxes, channels);
    if (fault) throw new Refused(`The boxes of the pixel at ${placeOf(position, image)} ${fault}.`);
  }
  if (pixels.length !== width * height) throw new Refused("The proof leaves pixels out.");
}

function withColour(image: Raster, position: number, colour: readonly number[]): Raster {
  const data = image.data.slice();
  data.set(colour, position * image.channels);
  return { ...image, data };
}

/** The same, or null where every value is asked of the classifier instead. */
function boundsIfAny(proof: ProofFile, ...given: Parameters<typeof boundsOf>): Bounds | null {
  try {
    return boundsOf(...given);
  } catch (error) {
    if (proof.method === "enumeration" && error instanceof Refused) return null;
    throw error;
  }
}

/** Confirms the boxes of one pixel. @returns for how many colours the classifier was asked */
function createConfirming(
  classifier: Classifier,
  image: Raster,
  goal: Goal,
  bounds: Bounds | null,
  method: ProofFile["method"],
) {
  const judge = bounds && createJudge(bounds, goal);

  async function ask(position: number, colour: readonly number[]): Promise<void> {
    const row = await classifier.probabilities(withColour(image, position, colour));
    if (!isFooled(row, goal)) return;
    throw new Refused(
      `The colour ${colour.join(", ")} of the pixel at ${placeOf(position, image)} reaches the goal.`,
    );
  }

  async function confirm(position: number, box: ClaimedBox): Promise<number> {
    const where = `of the pixel at ${placeOf(position, image)}`;
    if (!Number.isNaN(box.bound)) {
      const isLead = Number.isFinite(box.bound) && box.bound > LEAD;
      if (!isLead) throw new Refused(`The bound of a box ${where} is too small to prove anything.`);
      if (judge?.confirms(position, box, box.bound)) return 0;
      throw new Refused(`The bound of a box ${where} cannot be confirmed.`);
    }
    if (method === "bounds") {
      if (!isColour(box)) throw new Refused(`A box ${where} has no bound and more than one colour.`);
      await ask(position, box.low);
      return 1;
    }
    let asked = 0;
    for (const colour of judge?.open(position, box) ?? valuesIn(box)) {
      await ask(position, colour);
      asked++;
    }
    return asked;
  }
  return confirm;
}

/** The least bound of all boxes that have one. */
function marginOf(pixels: readonly ClaimedPixel[]): number | null {
  let margin = Number.POSITIVE_INFINITY;
  for (const { boxes } of pixels) for (const { bound } of boxes) if (bound < margin) margin = bound;
  return margin === Number.POSITIVE_INFINITY ? null : margin;
}

/**
 * Checks a proof that no change of one pixel fools a classifier, with another implementation than the one that made it: it
 * reads the network, bounds every box of colours, and asks the classifier where the proof did.
 * @param image in the classifier's size and channels
 * @param file the parsed JSON of the proof
 * @returns that it holds, or the first thing that is wrong with it
 */
export async function checkProof(
  classifier: Classifier,
  image: Raster,
  file: unknown,
  { signal, onProgress, pause }: CheckOptions = {},
): Promise<CheckedProof> {
  const count = { pixels: 0, boxes: 0, asked: 0 };
  try {
    const proof = await readProof(file);
    await checkImage(proof, image);
    const onnx = await classifier.onnx();
    checkModel(proof, await digestOf(new Uint8Array(onnx)), classifier);
    const clean = await classifier.probabilities(image);
    const goal = goalOf(proof, clean);
    if (proof.method === "enumeration" && image.channels !== 1) {
      throw new Refused("The proof asks about every value, but the image is not greyscale.");
    }
    const pixels = readBoxes(proof);
    checkCover(pixels, image);
    const bounds = boundsIfAny(proof, onnx, classifier, image, clean);
    const confirm = createConfirming(classifier, image, goal, bounds, proof.method);
    for (const { position, boxes } of pixels) {
      signal?.throwIfAborted();
      for (const box of boxes) {
        count.asked += await confirm(position, box);
        count.boxes++;
      }
      count.pixels++;
      await onProgress?.({ pixels: count.pixels, total: pixels.length });
      await pause?.();
    }
    return { holds: true, reason: null, ...count, margin: marginOf(pixels) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { holds: false, reason: error.message, ...count, margin: null };
  }
}
