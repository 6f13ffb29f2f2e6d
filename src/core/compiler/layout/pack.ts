import {
  MIDDLE_BLOCK,
  NARROW_BLOCK,
  SMALL_BLOCK,
  WIDE_BLOCK,
} from "../../../../assembly/inference/program.ts";
import type { Layer } from "../layer.ts";
import { bitsOf } from "./encode.ts";

const FLOAT_BYTES = 4;
const BLOCKS = [WIDE_BLOCK, MIDDLE_BLOCK, SMALL_BLOCK, NARROW_BLOCK];

/** `values` in rows of `length`, each padded with zeros to a multiple of four. */
function padRows(values: Float32Array, length: number): Float32Array {
  const wide = (length + 3) & ~3;
  if (wide === length) return values;
  const rows = values.length / length;
  const padded = new Float32Array(rows * wide);
  for (let row = 0; row < rows; row++) {
    padded.set(values.subarray(row * length, (row + 1) * length), row * wide);
  }
  return padded;
}

/** Groups a convolution's weights into the blocks of output channels that the kernel uses. */
function packConvolution(weights: Float32Array, outputs: number): Float32Array {
  const inner = weights.length / outputs;
  const wide = (outputs + 3) & ~3;
  const packed = new Float32Array(inner * wide);
  let at = 0;
  for (let first = 0; first < wide; ) {
    const left = wide - first;
    const block = BLOCKS.find((each) => each <= left)!;
    for (let i = 0; i < inner; i++) {
      for (let output = first; output < first + block; output++) {
        packed[at++] = output < outputs ? weights[output * inner + i]! : 0;
      }
    }
    first += block;
  }
  return packed;
}

/** The weights of a layer as the kernel reads them. */
export function packWeights({ operation, weights, shape }: Layer): Float32Array {
  if (operation === "convolution") return packConvolution(weights, shape.channels);
  if (operation === "select") {
    return new Float32Array(Int32Array.from(weights, (channel) => channel * FLOAT_BYTES).buffer);
  }
  if (operation === "resize") {
    const words = Int32Array.from(weights);
    for (let i = 2; i < words.length; i += 3) words[i] = bitsOf(weights[i]!);
    return new Float32Array(words.buffer);
  }
  return padRows(weights, shape.channels);
}

/** The biases or shifts of a layer as the kernel reads them. */
export function packBias({ bias, shape }: Layer): Float32Array {
  return padRows(bias, shape.channels);
}

/** The records of a constant tensor: one for each position. */
export function packRecords({ weights, shape }: Layer): Float32Array {
  return padRows(weights, shape.channels);
}
