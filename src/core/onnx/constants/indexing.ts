/** Operators on constants that pick, repeat and join elements. */
import type { OnnxNode, OnnxTensor } from "../graph.ts";
import { elementsOf } from "../read.ts";
import { broadcastDims, broadcastTo, filled, type Spend, tensorOf } from "./broadcast.ts";

type Folded = OnnxTensor | undefined;

const axisOf = (node: OnnxNode, rank: number): number => {
  const axis = node.attributes.get("axis")?.integer ?? 0;
  return axis < 0 ? axis + rank : axis;
};

/** Elements of `data` along one axis, in the order of `places`. */
function take(data: OnnxTensor, axis: number, places: readonly number[], spend: Spend): Folded {
  const size = data.dims[axis]!;
  if (!places.every((place) => Number.isInteger(place) && place >= 0 && place < size)) return undefined;
  const inner = elementsOf(data.dims.slice(axis + 1));
  const dims = data.dims.map((dim, i) => (i === axis ? places.length : dim));
  spend(elementsOf(dims));
  const values = filled(elementsOf(dims), (i) => {
    const outer = Math.floor(i / (inner * places.length));
    const place = places[Math.floor(i / inner) % places.length]!;
    return data.values[(outer * size + place) * inner + (i % inner)]!;
  });
  return tensorOf(data.type, dims, values);
}

/** Gather; the indices replace the axis by their own axes. */
export function gather(node: OnnxNode, data: OnnxTensor, indices: OnnxTensor, spend: Spend): Folded {
  const axis = axisOf(node, data.dims.length);
  const size = data.dims[axis];
  if (size === undefined) return undefined;
  const places = Array.from(indices.values, (i) => (i < 0 ? i + size : i));
  const taken = take(data, axis, places, spend);
  return (
    taken && { ...taken, dims: [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)] }
  );
}

/**
 * The indices on an axis that Slice selects; `undefined` for a step of zero or for more indices than the
 * axis has.
 */
export function slicePlaces(size: number, start: number, end: number, step: number): number[] | undefined {
  if (!Number.isInteger(step) || step === 0) return undefined;
  const clamp = (place: number, low: number, high: number) =>
    Math.min(Math.max(place < 0 ? place + size : place, low), high);
  const [first, last] =
    step > 0
      ? [clamp(start, 0, size), clamp(end, 0, size)]
      : [clamp(start, 0, size - 1), clamp(end, -1, size - 1)];
  const count = Math.max(0, Math.ceil((last - first) / step));
  return Array.from({ length: count }, (_, i) => first + i * step);
}

/** The lists of starts, ends, axes and steps of a Slice of operator set 10 or later, or of one before it. */
export function sliceRanges(
  node: OnnxNode,
  [starts, ends, axes, steps]: readonly (OnnxTensor | undefined)[],
  rank: number,
): { axis: number; start: number; end: number; step: number }[] | undefined {
  const from = starts?.values ?? node.attributes.get("starts")?.integers;
  const to = ends?.values ?? node.attributes.get("ends")?.integers;
  if (from === undefined || to?.length !== from.length || from.length > rank) return undefined;
  const along = axes?.values ?? node.attributes.get("axes")?.integers;
  return Array.from(from, (start, i) => {
    const axis = along?.[i] ?? i;
    return { axis: axis < 0 ? axis + rank : axis, start, end: to[i]!, step: steps?.values[i] ?? 1 };
  });
}

/** Slice, with steps of any sign. */
export function slice(
  node: OnnxNode,
  data: OnnxTensor,
  inputs: readonly (OnnxTensor | undefined)[],
  spend: Spend,
): Folded {
  const ranges = sliceRanges(node, inputs, data.dims.length);
  let result: Folded = ranges && data;
  for (const { axis, start, end, step } of ranges ?? []) {
    const size: number | undefined = result?.dims[axis];
    const places = size === undefined ? undefined : slicePlaces(size, start, end, step);
    result = result && places && take(result, axis, places, spend);
  }
  return result;
}

/** Concat of constants of one type. */
export function concat(node: OnnxNode, parts: readonly OnnxTensor[], spend: Spend): Folded {
  const { dims: first, type } = parts[0]!;
  const axis = axisOf(node, first.length);
  const fits = ({ dims }: OnnxTensor) =>
    dims.length === first.length && dims.every((dim, i) => i === axis || dim === first[i]);
  if (axis < 0 || axis >= first.length || !parts.every(fits)) return undefined;
  const length = parts.reduce((sum, { values }) => sum + values.length, 0);
  spend(length);
  const values = new Float64Array(length);
  const outer = elementsOf(first.slice(0, axis));
  let at = 0;
  for (let i = 0; i < outer; i++) {
    for (const part of parts) {
      const run = part.values.length / outer;
      values.set(part.values.slice(i * run, (i + 1) * run), at);
      at += run;
    }
  }
  const dims = first.map((dim, i) =>
    i === axis ? parts.reduce((sum, part) => sum + part.dims[axis]!, 0) : dim,
  );
  return tensorOf(type, dims, values);
}

/** ConstantOfShape: a tensor of the given shape filled with one value, by default zero. */
export function constantOfShape(node: OnnxNode, shape: OnnxTensor, spend: Spend): Folded {
  const dims = Array.from(shape.values);
  if (!dims.every((dim) => Number.isInteger(dim) && dim >= 0)) return undefined;
  const value = node.attributes.get("value")?.tensor;
  if (value?.type === "other") return undefined;
  spend(elementsOf(dims));
  return tensorOf(
    value?.type ?? "float",
    dims,
    filled(elementsOf(dims), () => value?.values[0] ?? 0),
  );
}

/** Expand: repeated to a shape that it broadcasts with. */
export function expand(tensor: OnnxTensor, shape: OnnxTensor, spend: Spend): Folded {
  const sizes = Array.from(shape.values);
  const dims = sizes.every((size) => Number.isInteger(size) && size >= 0)
    ? broadcastDims(tensor.dims, sizes)
    : undefined;
  const values = dims && broadcastTo(tensor, dims, spend);
  return values && tensorOf(tensor.type, dims, values);
}

/** Range. */
export function range([start, limit, step]: readonly (OnnxTensor | undefined)[], spend: Spend): Folded {
  const [from = 0, to = 0, by = 0] = [start?.values[0], limit?.values[0], step?.values[0]];
  const count = Math.max(0, Math.ceil((to - from) / by));
  if (!Number.isFinite(count)) return undefined;
  spend(count);
  return tensorOf(
    start!.type,
    [count],
    filled(count, (i) => from + i * by),
  );
}
