import {
  ADD,
  AFFINE,
  AVERAGE_POOL,
  CLIP,
  CONCAT,
  CONVOLUTION,
  DEPTHWISE,
  ELU,
  GELU,
  HARD_SWISH,
  LEAKY_RELU,
  MAX_POOL,
  MULTIPLY,
  NONE,
  RESIZE,
  SELECT,
  SIGMOID,
  SIGN,
  SOFTMAX,
  SWISH,
  TANH,
} from "../../../assembly/inference/program.ts";

/** The names of the kernel's operations. */
export const OPERATIONS = {
  convolution: CONVOLUTION,
  depthwise: DEPTHWISE,
  maxPool: MAX_POOL,
  averagePool: AVERAGE_POOL,
  affine: AFFINE,
  add: ADD,
  multiply: MULTIPLY,
  concat: CONCAT,
  softmax: SOFTMAX,
  select: SELECT,
  resize: RESIZE,
} as const;

export type Operation = keyof typeof OPERATIONS;

export const ACTIVATIONS = {
  none: NONE,
  clip: CLIP,
  leakyRelu: LEAKY_RELU,
  sigmoid: SIGMOID,
  hardSwish: HARD_SWISH,
  swish: SWISH,
  gelu: GELU,
  tanh: TANH,
  elu: ELU,
  sign: SIGN,
} as const;

export interface Activation {
  readonly kind: keyof typeof ACTIVATIONS;
  /** Lower bound of a clip, slope of a leaky ReLU below zero, factor of an ELU or of the input of a swish's gate. */
  readonly alpha: number;
  /** Upper bound of a clip. */
  readonly beta: number;
}

export const NO_ACTIVATION: Activation = { kind: "none", alpha: 0, beta: 0 };

export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The input positions that an output position depends on. */
export interface Window {
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padTop: number;
  readonly padLeft: number;
  /** Whether an average counts the padding. */
  readonly countPadding: boolean;
}

/** One step of the network and its output tensor. */
export interface Layer {
  /** `image` is the input; `constant` holds `weights`, height × width × channels. */
  readonly operation: Operation | "image" | "constant";
  /** Name of the ONNX node. */
  readonly name: string;
  readonly inputs: readonly Layer[];
  readonly shape: Shape;
  readonly window: Window | undefined;
  /**
   * convolution: output channel × kernel row × kernel column × input channel;
   * depthwise: kernel row × kernel column × channel; affine: a scale for each channel; select: the input channel of each
   * output channel; resize: for each output row, then column, the two of the input between which it lies, and the part of
   * the second.
   */
  readonly weights: Float32Array;
  /** For each output channel. */
  readonly bias: Float32Array;
  /** How much each bias may have lost when several nodes were folded into it; nothing where it is omitted. */
  readonly biasRounding?: Float64Array | undefined;
  /** The activation fused into this layer, if it is the layer's only reader. */
  activation: Activation;
  /** Zeros around the input: a convolution adds them to its own padding. */
  readonly padding?: Padding | undefined;
}

/** Rows and columns around a map. */
export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** How many values a tensor of this shape has. */
export function sizeOf({ height, width, channels }: Shape): number {
  return height * width * channels;
}
