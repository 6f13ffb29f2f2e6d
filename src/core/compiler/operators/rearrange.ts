/** Operators that only join, split and reorder values. */
import { slicePlaces, sliceRanges } from "../../onnx/constants/indexing.ts";
import { axesOf, reshapeDims, squeezeDims, unsqueezeDims } from "../../onnx/constants/shapes.ts";
import type { OnnxTensor } from "../../onnx/graph.ts";
import { elementsOf } from "../../onnx/read.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import type { Padding } from "../layer.ts";
import { activationsAt, addLayer, asMap, type Context, constantAt, integersOf } from "../network.ts";
import { type Activations, dimsOf, isFlat, isMap, viewAs } from "../value.ts";

type Operator = (context: Context) => Activations;

/** A selection of channels, in any order. */
function select(
  context: Context,
  { layer, layout, dims }: Activations,
  channels: readonly number[],
): Activations {
  const shape = { ...layer.shape, channels: channels.length };
  // A selection from a selection reads the original channels.
  const isSelection = layer.operation === "select" && layer.activation.kind === "none";
  const weights = Float32Array.from(channels, (channel) => (isSelection ? layer.weights[channel]! : channel));
  const inputs = isSelection ? layer.inputs : [layer];
  const selected = asMap(addLayer(context, { operation: "select", inputs, shape, weights }));
  return { ...selected, layout, dims: dims.length === 2 ? [1, channels.length] : dimsOf(shape, layout) };
}

/** The channel axis; a flat list has one only if it comes from a single position. */
function channelAxis(value: Activations): number | undefined {
  const { height, width } = value.layer.shape;
  if (isFlat(value)) return height === 1 && width === 1 ? 1 : undefined;
  return isMap(value) ? (value.layout === "NCHW" ? 1 : 3) : undefined;
}

/** A channel shuffle: [1, G, C ÷ G, H, W] with groups and channels swapped. */
function shuffle(context: Context, value: Activations): Activations {
  const [, groups = 1, inner = 1, ...map] = value.dims;
  const order = Array.from(
    { length: groups * inner },
    (_, i) => (i % groups) * inner + Math.floor(i / groups),
  );
  return { ...select(context, value, order), dims: [1, inner, groups, ...map] };
}

/** Split along the channels; one value for each output. */
export function split(context: Context): Activations[] {
  const { node } = context;
  const value = activationsAt(context, 0);
  const axis = node.attributes.get("axis")?.integer ?? 0;
  const { channels } = value.layer.shape;
  if ((axis < 0 ? axis + value.dims.length : axis) !== channelAxis(value)) {
    throw new Unsupported("Split along another axis than the channels");
  }
  const count = node.outputs.length;
  const even = Math.ceil(channels / count);
  const otherwise = Array.from({ length: count }, (_, i) => Math.min(even, channels - i * even));
  const given = constantAt(context, 1);
  const sizes = given ? Array.from(given.values) : integersOf(node, "split", otherwise);
  const isWhole = sizes.length === count && sizes.every((size) => Number.isInteger(size) && size > 0);
  if (!isWhole || sizes.reduce((sum, size) => sum + size, 0) !== channels) {
    throw new Unsupported("Split into parts of other sizes than its input");
  }
  let from = 0;
  return sizes.map((size) => {
    const first = from;
    from += size;
    return select(
      context,
      value,
      Array.from({ length: size }, (_, i) => first + i),
    );
  });
}

/** Slice along the channels, and crops and strides of height and width. */
export const slice: Operator = (context) => {
  const { node, inputs } = context;
  const value = activationsAt(context, 0);
  const constants = inputs.slice(1).map((_, i): OnnxTensor | undefined => constantAt(context, i + 1));
  const ranges = sliceRanges(node, constants, value.dims.length);
  if (ranges === undefined) throw new Unsupported("Slice without constant ranges");
  return ranges.reduce<Activations>((sliced, { axis, start, end, step }) => {
    const size = sliced.dims[axis];
    const places = size === undefined ? undefined : slicePlaces(size, start, end, step);
    if (places === undefined || places.length === 0) throw new Unsupported("Slice to nothing");
    if (places.length === size && step === 1) return sliced;
    if (axis === channelAxis(sliced)) return select(context, sliced, places);
    if (!isMap(sliced) || axis === 0 || step < 1)
      throw new Unsupported("Slice along another axis than a map's");
    return crop(context, sliced, axis, places[0]!, step, places.length);
  }, value);
};

/** Rows or columns from `first` on, every `stride`th: a window of one position. */
function crop(
  context: Context,
  { layer, layout }: Activations,
  axis: number,
  first: number,
  stride: number,
  count: number,
): Activations {
  const isRow = axis === (layout === "NCHW" ? 2 : 1);
  const shape = { ...layer.shape, [isRow ? "height" : "width"]: count };
  const window = {
    kernelHeight: 1,
    kernelWidth: 1,
    strideY: isRow ? stride : 1,
    strideX: isRow ? 1 : stride,
    padTop: isRow ? -first : 0,
    padLeft: isRow ? 0 : -first,
    countPadding: false,
  };
  const cropped = addLayer(context, { operation: "maxPool", inputs: [layer], shape, window });
  return { ...asMap(cropped), layout, dims: dimsOf(shape, layout) };
}

/** Begins and ends of the padding of each axis of a Pad. */
function padsOf(context: Context, rank: number): number[] {
  const { attributes } = context.node;
  const given = constantAt(context, 1)?.values ?? attributes.get("pads")?.integers ?? [];
  const axes =
    axesOf(context.node, constantAt(context, 3), rank) ?? Array.from({ length: rank }, (_, i) => i);
  const pads = new Array<number>(2 * rank).fill(0);
  for (const [i, axis] of axes.entries()) {
    pads[axis] = given[i] ?? Number.NaN;
    pads[axis + rank] = given[i + axes.length] ?? Number.NaN;
  }
  return pads;
}

/** Pad with zeros around height and width. */
export const pad: Operator = (context) => {
  const value = activationsAt(context, 0);
  const { attributes } = context.node;
  const rank = value.dims.length;
  const pads = padsOf(context, rank);
  if (pads.every((size) => size === 0)) return value;
  const mode = attributes.get("mode")?.text || "constant";
  const filling = constantAt(context, 2)?.values[0] ?? attributes.get("value")?.float ?? 0;
  if (mode !== "constant" || filling !== 0) throw new Unsupported("Pad with anything but zeros");
  const [rows, columns] = value.layout === "NCHW" ? [2, 3] : [1, 2];
  const [top, left, bottom, right] = [rows, columns, rows + rank, columns + rank].map((i) => pads[i]!);
  const isAround = pads.every((size, i) => size === 0 || i % rank === rows || i % rank === columns);
  if (!isMap(value) || !isAround || !pads.every((size) => size >= 0 && size <= LARGEST_PAD)) {
    throw new Unsupported("Pad of other axes than height and width");
  }
  const padding = { top: top!, left: left!, bottom: bottom!, right: right! };
  return padded(context, value, padding);
};

/** The maximum number of rows or columns that a Pad adds. */
const LARGEST_PAD = 2 ** 16;

/** A map with zeros around it: a depthwise convolution of one position that multiplies by one. */
function padded(context: Context, { layer, layout }: Activations, padding: Padding): Activations {
  const { height, width, channels } = layer.shape;
  const { top, left, bottom, right } = padding;
  const shape = { height: height + top + bottom, width: width + left + right, channels };
  const one = { kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1, countPadding: false };
  const made = addLayer(context, {
    operation: "depthwise",
    inputs: [layer],
    shape,
    window: { ...one, padTop: top, padLeft: left },
    weights: new Float32Array(channels).fill(1),
    bias: new Float32Array(channels),
    padding,
  });
  // Nothing is fused into it, so that a convolution can absorb its padding.
  return { ...asMap(made), layout, dims: dimsOf(shape, layout), sole: false };
}

export const concat: Operator = (context) => {
  const values = context.inputs.map((_, i) => activationsAt(context, i));
  const first = values[0]!;
  const { layout, dims } = first;
  const axis = context.node.attributes.get("axis")?.integer ?? 1;
  const from = axis < 0 ? axis + dims.length : axis;
  const flat = isFlat(first);
  const { height, width } = first.layer.shape;
  const fits = values.every(
    ({ layer, ...value }) =>
      (value.layout === layout || (layer.shape.height === 1 && layer.shape.width === 1)) &&
      value.dims.length === dims.length &&
      (flat || isMap(first)) &&
      layer.shape.height === height &&
      layer.shape.width === width,
  );
  const channelAxis = flat || layout === "NCHW" ? 1 : 3;
  if (!fits || from !== channelAxis || (flat && height * width > 1)) {
    throw new Unsupported("Concat along another axis than the channels");
  }
  const inputs = values.map(({ layer }) => layer);
  const channels = inputs.reduce((sum, { shape }) => sum + shape.channels, 0);
  const joined = asMap(
    addLayer(context, { operation: "concat", inputs, shape: { height, width, channels } }),
  );
  return { ...joined, layout, dims: flat ? [1, channels] : dimsOf(joined.layer.shape, layout) };
};

export const transpose: Operator = (context) => {
  const value = activationsAt(context, 0);
  const order = integersOf(context.node, "perm", []).join();
  if (order === "0,2,1,3,4" && value.dims.length === 5) return shuffle(context, value);
  const turned = value.layout === "NCHW" ? "0,2,3,1" : "0,3,1,2";
  if (!isMap(value) || order !== turned) throw new Unsupported(`Transpose with perm ${order}`);
  const layout = value.layout === "NCHW" ? "NHWC" : "NCHW";
  return { ...value, layout, dims: dimsOf(value.layer.shape, layout) };
};

export const flatten: Operator = (context) => {
  const value = activationsAt(context, 0);
  const axis = context.node.attributes.get("axis")?.integer ?? 1;
  const from = axis < 0 ? axis + value.dims.length : axis;
  return viewAs(value, [elementsOf(value.dims.slice(0, from)), elementsOf(value.dims.slice(from))]);
};

export const reshape: Operator = (context) => {
  const value = activationsAt(context, 0);
  const target = constantAt(context, 1);
  return viewAs(value, target && reshapeDims(value.dims, Array.from(target.values)));
};

export const squeeze: Operator = (context) => {
  const value = activationsAt(context, 0);
  const axes = axesOf(context.node, constantAt(context, 1), value.dims.length);
  return viewAs(value, squeezeDims(value.dims, axes));
};

export const unsqueeze: Operator = (context) => {
  const value = activationsAt(context, 0);
  const second = constantAt(context, 1);
  const count = second?.values.length ?? integersOf(context.node, "axes", []).length;
  const axes = axesOf(context.node, second, value.dims.length + count);
  return viewAs(value, axes && unsqueezeDims(value.dims, axes));
};
