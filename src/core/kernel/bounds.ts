import * as program from "../../../assembly/bounds/program.ts";
import type { Raster } from "../image/raster.ts";
import type { BoundsPlan } from "./bounds-plan.ts";
import type { KernelExports } from "./instance.ts";
import type { TensorFormat } from "./tensor-format.ts";

/** A box of 8-bit colours: for each channel the first and the last value. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** A lower bound on a difference of two labels' scores over a box. */
export interface Bound {
  /** Holds for the network in real arithmetic and for every execution in 32-bit floating point. */
  readonly bound: number;
  /** How much of it rounding took. */
  readonly rounding: number;
  /** How much the linear function that gave it grows from the middle of the box to its end, for each channel. */
  readonly slopes: readonly number[];
}

/**
 * How rounding is followed: `fast`, that of values which the pixel does not reach is summed up in advance; `fine`, that of every
 * value by itself, which takes a pass over the whole network.
 */
export type Precision = "fast" | "fine";

/** Bounds on the scores of an image with one pixel changed. */
export interface Bounds {
  /** The scores of the image itself, and how far an execution may be from them. */
  readonly clean: Float64Array;
  readonly cleanError: Float64Array;
  /**
   * Prepares the bounds of one pixel in a box of colours.
   * @returns for each label, a lower bound of the score of `label` less its own, from its form alone
   */
  enclose(x: number, y: number, box: Box, label: number, precision?: Precision): Float64Array;
  /**
   * Lower bounds of the score of `label` less those of at most `LANES` others, for what `enclose` has prepared.
   */
  differences(label: number, others: readonly number[]): Bound[];
}

/** How many differences are bounded at once. */
export const { LANES } = program;

/** The relative error of an input value that is computed in 32 bits. */
const INPUT_ERROR = 2 ** -22;

/**
 * Loads a network into a kernel instance and computes the clean values of an image.
 * @param kernel an instance of the kernel that has no bounds yet
 * @throws {RangeError} if the image has a different size
 */
export function createBounds(
  kernel: KernelExports,
  plan: BoundsPlan,
  image: Raster,
  { scale, mean, std }: TensorFormat,
): Bounds {
  const { width, height, channels } = plan.image;
  if (image.width !== width || image.height !== height || image.channels !== channels) {
    throw new RangeError(`The network is made for images of ${width}×${height}×${channels}.`);
  }
  const arena = kernel.reserve(plan.bytes);
  new Uint8Array(kernel.memory.buffer, arena).set(plan.content);
  const formWords = program.FORM_BYTES / 8;
  const cleanWords = program.CLEAN_BYTES / 8;
  const inputOf = (byte: number, channel: number): number => (byte * scale - mean[channel]!) / std[channel]!;
  const errorOf = (byte: number, channel: number): number =>
    (INPUT_ERROR * (Math.abs(byte * scale) + Math.abs(mean[channel]!))) / Math.abs(std[channel]!);

  const samples = image.data.length;
  const forms = new Float64Array(kernel.memory.buffer, kernel.pixelForms(arena), samples * formWords);
  const clean = new Float64Array(kernel.memory.buffer, arena + plan.cleanOffset, samples * cleanWords);
  for (const [i, byte] of image.data.entries()) {
    const value = inputOf(byte, i % channels);
    const error = errorOf(byte, i % channels);
    forms.set([value, 0, 0, 0, error, Math.abs(value) + error], i * formWords);
    clean.set([value, value, error, error], i * cleanWords);
  }
  // The image as it is, in the difference to itself.
  const cleanForms = forms.slice();
  for (let i = 0; i < samples; i++) cleanForms[i * formWords] = 0;
  kernel.startBounds(arena);
  const labelForms = (): Float64Array =>
    new Float64Array(kernel.memory.buffer, kernel.labelForms(), plan.labels * formWords);
  const own = labelForms();
  const cleanScores = Float64Array.from({ length: plan.labels }, (_, label) => own[label * formWords]!);
  const cleanError = Float64Array.from({ length: plan.labels }, (_, label) => own[label * formWords + 4]!);
  const widest = Float64Array.from({ length: channels }, (_, channel) => errorOf(255, channel));

  const bounds: Bounds = {
    clean: cleanScores,
    cleanError,
    enclose(x, y, { low, high }, label, precision = "fast") {
      const forms = new Float64Array(kernel.memory.buffer, kernel.pixelForms(arena), samples * formWords);
      const isFine = precision === "fine";
      if (isFine) forms.set(cleanForms);
      const pixel = isFine ? forms.subarray((y * width + x) * channels * formWords) : forms;
      for (let channel = 0; channel < channels; channel++) {
        const [first, last] = [inputOf(low[channel]!, channel), inputOf(high[channel]!, channel)];
        const before = inputOf(image.data[(y * width + x) * channels + channel]!, channel);
        const slopes = [0, 0, 0];
        slopes[channel] = (last - first) / 2;
        const size = Math.max(Math.abs(first), Math.abs(last), Math.abs(before)) + widest[channel]!;
        pixel.set([(first + last) / 2 - before, ...slopes, widest[channel]!, size], channel * formWords);
      }
      const reached = kernel.boundForward(y, x, Number(isFine));
      // No window holds the pixel: the labels' scores are those of the image, but for rounding.
      if (!reached) return bounds.enclose(x, y, { low, high }, label, "fine");
      const scores = labelForms();
      const at = label * formWords;
      return Float64Array.from({ length: plan.labels }, (_, other) => {
        const to = other * formWords;
        let bound = cleanScores[label]! - cleanScores[other]! + scores[at]! - scores[to]!;
        for (let d = 1; d <= 3; d++) bound -= Math.abs(scores[at + d]! - scores[to + d]!);
        const lost = (Math.abs(cleanScores[label]!) + Math.abs(cleanScores[other]!)) * 2 ** -40;
        return bound - scores[at + 4]! - scores[to + 4]! - lost;
      });
    },
    differences(label, others) {
      const question = new Int32Array(kernel.memory.buffer, arena + plan.questionOffset, 1 + LANES);
      for (let lane = 0; lane < LANES; lane++) question[1 + lane] = others[lane] ?? others[0]!;
      question[0] = label;
      kernel.boundDifferences();
      const words = program.ANSWER_BYTES / 8;
      const answers = new Float64Array(kernel.memory.buffer, arena + plan.answerOffset, LANES * words);
      return others.map((_, lane) => {
        const [bound = 0, rounding = 0, ...slopes] = answers.subarray(lane * words, (lane + 1) * words);
        return { bound, rounding, slopes: slopes.slice(0, channels) };
      });
    },
  };
  return bounds;
}
