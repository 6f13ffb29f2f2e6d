import { permute } from "../../../onnx/constants/broadcast.ts";
import { axesOf, reshapeDims, squeezeDims, unsqueezeDims } from "../../../onnx/constants/shapes.ts";
import type { OnnxNode } from "../../../onnx/graph.ts";
import { elementsOf } from "../../../onnx/read.ts";
import { integerOf, integersOf, wordOf } from "./attributes.ts";
import { constantAt, givenAt, type Operand, type Operator, refuse, type View, valueAt } from "./view.ts";

function withDims(node: OnnxNode, view: View, dims: readonly number[] | undefined): View {
  if (dims === undefined || elementsOf(dims) !== view.order.length) return refuse(node, "to another size");
  return { ...view, dims };
}

const reshape: Operator = (_, node, operands) => {
  const view = valueAt(node, operands, 0);
  const target = Array.from(givenAt(node, operands, 1).values);
  if (integerOf(node, "allowzero", 0) !== 0 && target.includes(0)) return refuse(node, "with a zero");
  return withDims(node, view, reshapeDims(view.dims, target));
};

const flatten: Operator = (_, node, operands) => {
  const view = valueAt(node, operands, 0);
  const axis = integerOf(node, "axis", 1);
  const split = axis < 0 ? axis + view.dims.length : axis;
  return withDims(node, view, [elementsOf(view.dims.slice(0, split)), elementsOf(view.dims.slice(split))]);
};

const squeeze: Operator = (_, node, operands) => {
  const view = valueAt(node, operands, 0);
  const axes = axesOf(node, constantAt(node, operands, 1), view.dims.length);
  return withDims(node, view, squeezeDims(view.dims, axes));
};

const unsqueeze: Operator = (_, node, operands) => {
  const view = valueAt(node, operands, 0);
  const given = constantAt(node, operands, 1);
  const count = given?.values.length ?? integersOf(node, "axes")?.length ?? 0;
  const axes = axesOf(node, given, view.dims.length + count) ?? [];
  return withDims(node, view, unsqueezeDims(view.dims, axes));
};

const transpose: Operator = (_, node, operands) => {
  const view = valueAt(node, operands, 0);
  const order = integersOf(node, "perm") ?? [...view.dims.keys()].reverse();
  const isKnown = order.length === view.dims.length && order.toSorted().every((axis, i) => axis === i);
  if (!isKnown) return refuse(node, "of these axes");
  const { dims, values } = permute({ dims: view.dims, values: Array.from(view.order) }, order);
  return { ...view, dims, order: Int32Array.from(values) };
};

/** The index of an element in a larger value, of which `dims` is a part that begins at `begin`. */
function placesOf(dims: readonly number[], larger: readonly number[], begin: readonly number[]): Int32Array {
  const strides = larger.map((_, axis) => elementsOf(larger.slice(axis + 1)));
  return Int32Array.from({ length: elementsOf(dims) }, (_, i) => {
    let rest = i;
    let place = 0;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      place += ((rest % dims[axis]!) + begin[axis]!) * strides[axis]!;
      rest = Math.floor(rest / dims[axis]!);
    }
    return place;
  });
}

const concat: Operator = (b, node, operands) => {
  const views = operands.map((_, at) => valueAt(node, operands, at));
  const [first] = views as [View, ...View[]];
  const given = integerOf(node, "axis", 1);
  const axis = given < 0 ? given + first.dims.length : given;
  const isFitting = views.every(
    ({ dims }) =>
      dims.length === first.dims.length && dims.every((dim, i) => i === axis || dim === first.dims[i]),
  );
  if (!isFitting || axis === 0) return refuse(node, "of these sizes");
  const total = views.reduce((length, { dims }) => length + dims[axis]!, 0);
  const dims = first.dims.map((dim, i) => (i === axis ? total : dim));
  let before = 0;
  const parts = views.map((view) => {
    const begin = dims.map((_, i) => (i === axis ? before : 0));
    before += view.dims[axis]!;
    return { view, places: placesOf(view.dims, dims, begin) };
  });
  return b.copy(dims, parts);
};

const pad: Operator = (b, node, operands) => {
  const view = valueAt(node, operands, 0);
  const pads = Array.from(constantAt(node, operands, 1)?.values ?? integersOf(node, "pads") ?? []);
  const value = constantAt(node, operands, 2)?.values[0] ?? node.attributes.get("value")?.float ?? 0;
  const rank = view.dims.length;
  const isPlain = wordOf(node, "mode", "constant") === "constant" && value === 0 && !operands[3];
  if (!isPlain || pads.length !== 2 * rank || pads.some((size) => size < 0)) {
    return refuse(node, "but with zeros at the ends of every axis");
  }
  const dims = view.dims.map((dim, axis) => dim + pads[axis]! + pads[axis + rank]!);
  if (dims[0] !== 1) return refuse(node, "of the batch");
  return b.copy(dims, [{ view, places: placesOf(view.dims, dims, pads.slice(0, rank)) }]);
};

const same: Operator = (_, node, operands) => valueAt(node, operands, 0);

const cast: Operator = (_, node, operands) =>
  integerOf(node, "to", 0) === 1 ? valueAt(node, operands, 0) : refuse(node, "but to 32-bit floating point");

const dropout: Operator = (_, node, operands) => {
  if (constantAt(node, operands, 2)?.values[0]) return refuse(node, "in training mode");
  return valueAt(node, operands, 0);
};

/** Marks its input: the order of the scores stays, so that it is left out at the end of a network. */
const softmax: Operator = (_, node, operands: readonly (Operand | undefined)[]) => {
  const view = valueAt(node, operands, 0);
  const axis = integerOf(node, "axis", -1);
  const isLabels = view.dims.length === 2 && view.dims[0] === 1 && (axis === 1 || axis === -1);
  return isLabels ? { ...view, softmax: true } : refuse(node, "but over the labels");
};

/** Operators that change how a value is seen, and those that copy. */
export const AXES: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Concat: concat,
  Pad: pad,
  Identity: same,
  Dropout: dropout,
  Cast: cast,
  Softmax: softmax,
};
