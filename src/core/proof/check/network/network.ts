import type { LinearMap } from "./linear-map.ts";
import type { Reach, Shape } from "./reach.ts";

/** Sums of products: output = bias + the sum of every term's map of its input. */
export interface LinearStep {
  readonly kind: "linear";
  readonly output: number;
  readonly terms: readonly { readonly input: number; readonly map: LinearMap }[];
  readonly bias: Float64Array;
  /** The rounding of the bias where it is itself a difference of larger numbers. */
  readonly biasError: Float64Array | null;
  /** The most products in a sum; 0 where values are only copied. */
  readonly products: number;
}

/** kink + slope × (value − kink), with one slope below the kink and another above: Relu, LeakyRelu, one end of Clip. */
export interface KinkStep {
  readonly kind: "kink";
  readonly input: number;
  readonly output: number;
  readonly kink: number;
  readonly below: number;
  readonly above: number;
}

/** Each output is the largest of some inputs: those of output i are `members` from `start[i]` to before `start[i + 1]`. */
export interface MaximumStep {
  readonly kind: "maximum";
  readonly input: number;
  readonly output: number;
  readonly start: Int32Array;
  readonly members: Int32Array;
  readonly reach: Reach;
}

export type Step = LinearStep | KinkStep | MaximumStep;

/** A network as steps between tensors; tensor 0 is the image. */
export interface Network {
  readonly shapes: readonly Shape[];
  /** In order: the inputs of a step are made before it. */
  readonly steps: readonly Step[];
  /** The tensor that holds the scores, and where that of each label stands in it. */
  readonly output: number;
  readonly scores: Int32Array;
  /** Whether the file ends in a Softmax, which is left out. */
  readonly hasSoftmax: boolean;
}

/** How an image becomes a network's input: value = (byte × scale − mean) ÷ std, of each channel. */
export interface ImageFormat {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly layout: "NCHW" | "NHWC";
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}
