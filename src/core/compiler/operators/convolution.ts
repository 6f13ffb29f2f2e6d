import { permute } from "../../onnx/constants/broadcast.ts";
import { elementsOf } from "../../onnx/read.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import type { Layer, Window } from "../layer.ts";
import { addLayer, asMap, type Context, mapAt, weightsAt } from "../network.ts";
import type { Activations } from "../value.ts";
import { join, selectFrom } from "./channels.ts";
import { biasAt } from "./linear.ts";
import { dilationsOf, NO_PADDING, unpadded, windowOf } from "./windows.ts";

/**
 * Groups of fewer output channels than this are computed several at once, with zeros between them. For groups of 4, 16 was
 * the fastest of 1, 16, 32 and 64.
 */
const FEW_OUTPUTS = 16;

interface Weights {
  /** Output channel, input channel of the group, row, column. */
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** What all parts of a convolution share. */
interface Part {
  readonly context: Context;
  readonly window: Window;
  readonly height: number;
  readonly width: number;
}

/** A kernel with zeros between its rows and columns, of the size `to`: that of a convolution without dilation. */
function dilated(
  weights: Weights,
  [stepY, stepX]: readonly [number, number],
  to: readonly number[],
): Weights {
  if (stepY === 1 && stepX === 1) return weights;
  const [, , rows = 1, columns = 1] = weights.dims;
  const [, , height = 1, width = 1] = to;
  const values = new Float32Array(elementsOf(to));
  for (const [i, value] of weights.values.entries()) {
    const row = Math.floor(i / columns) % rows;
    const plane = Math.floor(i / (columns * rows));
    values[(plane * height + row * stepY) * width + (i % columns) * stepX] = value;
  }
  return { dims: to, values };
}

/** Some groups as one: a kernel over the inputs of all of them, zero where a group reads another's inputs. */
function blockDiagonal(weights: Weights, first: number, groups: number, outputs: number): Weights {
  const [, inner = 1, ...kernel] = weights.dims;
  const area = elementsOf(kernel);
  const all = { dims: [groups * outputs, groups * inner, ...kernel] };
  const values = new Float32Array(elementsOf(all.dims));
  for (let output = 0; output < groups * outputs; output++) {
    const from = (first * outputs + output) * inner * area;
    const to = (output * groups + Math.floor(output / outputs)) * inner * area;
    values.set(weights.values.subarray(from, from + inner * area), to);
  }
  return { ...all, values };
}

function convolve(
  { context, window, height, width }: Part,
  layer: Layer,
  weights: Weights,
  bias: Float32Array,
) {
  const [outputs = 0] = weights.dims;
  return addLayer(context, {
    operation: "convolution",
    inputs: [layer],
    shape: { height, width, channels: outputs },
    window,
    weights: Float32Array.from(permute(weights, [0, 2, 3, 1]).values),
    bias,
  });
}

/** One filter, or several, for each channel. */
function depthwise(
  { context, window, height, width }: Part,
  layer: Layer,
  weights: Weights,
  bias: Float32Array,
) {
  const [outputs = 0] = weights.dims;
  const { channels } = layer.shape;
  const several = outputs / channels;
  const repeated = Array.from({ length: outputs }, (_, output) => Math.floor(output / several));
  return addLayer(context, {
    operation: "depthwise",
    inputs: [several === 1 ? layer : selectFrom(context, layer, repeated)],
    shape: { height, width, channels: outputs },
    window,
    weights: Float32Array.from(permute(weights, [1, 2, 3, 0]).values),
    bias,
  });
}

/** A convolution for each group, or for several of them, on their channels alone. */
function grouped(part: Part, layer: Layer, weights: Weights, bias: Float32Array, groups: number): Layer {
  const { context } = part;
  const [all = 0, inner = 0, ...kernel] = weights.dims;
  const outputs = all / groups;
  const together = Math.min(groups, Math.ceil(FEW_OUTPUTS / outputs));
  context.spend(all * inner * together * elementsOf(kernel));
  const parts: Layer[] = [];
  for (let first = 0; first < groups; first += together) {
    const count = Math.min(together, groups - first);
    const channels = Array.from({ length: count * inner }, (_, i) => first * inner + i);
    const block = blockDiagonal(weights, first, count, outputs);
    const shifts = bias.slice(first * outputs, (first + count) * outputs);
    const input = count === groups ? layer : selectFrom(context, layer, channels);
    parts.push(convolve(part, input, block, shifts));
  }
  return parts.length === 1 ? parts[0]! : join(context, parts);
}

/** Conv, in groups or not, with dilation or not. */
export function convolution(context: Context): Activations {
  const { node } = context;
  const value = mapAt(context, 0);
  const { padding = NO_PADDING, layer } = unpadded(node, value);
  const { channels } = layer.shape;
  const given = weightsAt(context, 1);
  const [outputs = 0, inner = 0, ...kernel] = given.dims;
  const groups = node.attributes.get("group")?.integer ?? 1;
  if (inner * groups !== channels || outputs < 1 || !Number.isInteger(outputs / groups)) {
    throw new Unsupported("Conv with weights of another size");
  }
  const dilations = dilationsOf(node);
  const spread = kernel.map((size, i) => (size - 1) * (dilations[i] ?? 1) + 1);
  const place = windowOf(node, layer.shape, spread, padding);
  const dims = [outputs, inner, ...spread];
  if (Math.max(...dilations) > 1) context.spend(elementsOf(dims));
  const weights = dilated(given, dilations, dims);
  const bias = biasAt(context, 2, outputs);
  const part = { context, ...place };
  if (groups === 1) return asMap(convolve(part, layer, weights, bias));
  if (inner === 1) return asMap(depthwise(part, layer, weights, bias));
  return asMap(grouped(part, layer, weights, bias, groups));
}
