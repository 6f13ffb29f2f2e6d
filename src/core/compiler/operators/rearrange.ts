/** Operators that only crop, pad and reorder values. */
import { slicePlaces, sliceRanges } from "../../onnx/constants/indexing.ts";
import { axesOf, reshapeDims, squeezeDims, unsqueezeDims } from "../../onnx/constants/shapes.ts";
import type { OnnxTensor } from "../../onnx/graph.ts";
import { elementsOf } from "../../onnx/read.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import type { Padding } from "../layer.ts";
import { activationsAt, addLayer, asMap, type Context, constantAt, integersOf } from "../network.ts";
import { type Activations, dimsOf, isMap, viewAs } from "../value.ts";
import { channelAxis, select, shuffle } from "./channels.ts";

type Operator = (context: Context) => Activations;

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
