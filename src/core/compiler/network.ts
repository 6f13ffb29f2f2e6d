import type { Spend } from "../onnx/constants/broadcast.ts";
import type { OnnxNode, OnnxTensor } from "../onnx/graph.ts";
import { Unsupported } from "../onnx/unsupported.ts";
import { TooMuchWork } from "./effort.ts";
import { type Activation, type Layer, NO_ACTIVATION, type Shape } from "./layer.ts";
import { type Activations, dimsOf, isMap, type Value } from "./value.ts";

const NO_VALUES = new Float32Array();

/** A node with its inputs, and the layers created so far. */
export interface Context {
  readonly node: OnnxNode;
  readonly inputs: readonly (Value | undefined)[];
  readonly opset: number;
  readonly layers: Layer[];
  /** Call it with the number of elements that a step uses in addition to its constants and its output. */
  readonly spend: Spend;
}

/** Most layers of a network. Laying them out in memory takes time that grows with the square of their number. */
const MOST_LAYERS = 4096;

/** Adds a layer to the network. */
export function addLayer(
  { layers, node }: Pick<Context, "layers" | "node">,
  layer: Pick<Layer, "operation" | "inputs" | "shape"> & Partial<Layer>,
): Layer {
  if (layers.length === MOST_LAYERS) throw new TooMuchWork(`has more than ${MOST_LAYERS} steps`);
  const defaults = { name: node.name, window: undefined, weights: NO_VALUES, bias: NO_VALUES };
  const added = { ...defaults, activation: NO_ACTIVATION, ...layer };
  layers.push(added);
  return added;
}

/** Input `i`, which must depend on the image. */
export function activationsAt({ inputs, node }: Context, i: number): Activations {
  const value = inputs[i];
  if (value?.kind !== "activations") throw new Unsupported(`${node.operator} on a constant`);
  return value;
}

/** Input `i`, which must depend on the image and have the layout [1, C, H, W]. */
export function mapAt(context: Context, i: number): Activations {
  const value = activationsAt(context, i);
  if (!isMap(value) || value.layout !== "NCHW") {
    throw new Unsupported(`${context.node.operator} on a tensor of size ${value.dims.join("×")}`);
  }
  return value;
}

/** Input `i`, which must be constant; `undefined` where it is omitted. */
export function constantAt({ inputs, node }: Context, i: number): OnnxTensor | undefined {
  const value = inputs[i];
  if (value === undefined) return undefined;
  if (value.kind === "constant" && value.tensor.type !== "other") return value.tensor;
  throw new Unsupported(`${node.operator} with weights that are not constant`);
}

/** Input `i`, which must be constant floats. */
export function weightsAt(context: Context, i: number): { dims: readonly number[]; values: Float32Array } {
  const tensor = constantAt(context, i);
  if (tensor?.type !== "float")
    throw new Unsupported(`${context.node.operator} with weights that are not floats`);
  return { dims: tensor.dims, values: Float32Array.from(tensor.values) };
}

/** The value of a layer as [1, C, H, W]. */
export function asMap(layer: Layer): Activations {
  return { kind: "activations", layer, layout: "NCHW", dims: dimsOf(layer.shape, "NCHW"), sole: true };
}

/** An attribute's list of integers. */
export function integersOf(node: OnnxNode, name: string, otherwise: readonly number[]): readonly number[] {
  const integers = node.attributes.get(name)?.integers;
  return integers === undefined || integers.length === 0 ? otherwise : integers;
}

/** The output of a new layer on this value. */
function replace(value: Activations, layer: Layer): Activations {
  return { ...value, layer, sole: true };
}

/** More than a bias can lose, relative to what it is a sum of, when a node is folded into it in 32 bits. */
const FOLDING = 2 ** -21;

/**
 * value × scale + shift for each channel: folded into the convolution or affine step before it if that has
 * no other reader.
 * @param sizeOfShift the sum of the sizes of what the shift is a sum of
 */
export function affine(
  context: Context,
  value: Activations,
  scale: (channel: number) => number,
  shift: (channel: number) => number,
  sizeOfShift = (channel: number): number => Math.abs(shift(channel)),
): Activations {
  const { layer } = value;
  const { channels } = layer.shape;
  const rounding = (channel: number): number => {
    const earlier = layer.biasRounding?.[channel] ?? 0;
    const [factor, bias] = [Math.abs(scale(channel)), Math.abs(layer.bias[channel] ?? 0)];
    return factor * earlier + FOLDING * (factor * bias + sizeOfShift(channel));
  };
  const folds = ["convolution", "depthwise", "affine"].includes(layer.operation);
  if (value.sole && folds && layer.activation === NO_ACTIVATION) {
    context.spend(layer.weights.length);
    const isRow = layer.operation === "convolution";
    const row = layer.weights.length / channels;
    const weights = layer.weights.map(
      (weight, i) => weight * scale(isRow ? Math.floor(i / row) : i % channels),
    );
    const bias = layer.bias.map((each, channel) => each * scale(channel) + shift(channel));
    const biasRounding = Float64Array.from(bias, (_, channel) => rounding(channel));
    const folded = { ...layer, weights, bias, biasRounding };
    context.layers[context.layers.indexOf(layer)] = folded;
    return replace(value, folded);
  }
  const weights = Float32Array.from({ length: channels }, (_, channel) => scale(channel));
  const bias = Float32Array.from({ length: channels }, (_, channel) => shift(channel));
  const biasRounding = Float64Array.from(bias, (_, channel) => FOLDING * sizeOfShift(channel));
  const added = {
    operation: "affine",
    inputs: [layer],
    shape: layer.shape,
    weights,
    bias,
    biasRounding,
  } as const;
  return replace(value, addLayer(context, added));
}

/** Applies an activation: fused into the layer before it if that has no other reader. */
export function activate(context: Context, value: Activations, activation: Activation): Activations {
  const { layer } = value;
  const fuses = !["image", "constant", "softmax"].includes(layer.operation);
  if (!value.sole || !fuses || layer.activation !== NO_ACTIVATION) {
    const copy = affine(
      context,
      { ...value, sole: false },
      () => 1,
      () => 0,
    );
    copy.layer.activation = activation;
    return copy;
  }
  layer.activation = activation;
  return value;
}

/** A step with an output of the same layout as `value`. */
export function stepLike(
  context: Context,
  value: Activations,
  layer: Pick<Layer, "operation" | "inputs"> & Partial<Layer>,
): Activations {
  const shape: Shape = value.layer.shape;
  return replace(value, addLayer(context, { shape, ...layer }));
}
