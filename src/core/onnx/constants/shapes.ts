/** The output sizes of operators that only change a tensor's axes. */
import { MOST_AXES, type OnnxNode, type OnnxTensor } from "../graph.ts";
import { elementsOf } from "../read.ts";

/** Target sizes of a Reshape: 0 keeps the input's size, -1 is inferred. */
export function reshapeDims(from: readonly number[], target: readonly number[]): number[] | undefined {
  if (target.length > MOST_AXES) return undefined;
  const dims = target.map((dim, i) => (dim === 0 ? (from[i] ?? 0) : dim));
  const open = dims.indexOf(-1);
  const total = elementsOf(from);
  if (open >= 0) dims[open] = total / -elementsOf(dims);
  return elementsOf(dims) === total && dims.every(Number.isInteger) ? dims : undefined;
}

/** The axes an operator names, in its attribute (old operator sets) or its input, counted from the front. */
export function axesOf(node: OnnxNode, input: OnnxTensor | undefined, rank: number): number[] | undefined {
  const axes = input ? Array.from(input.values) : node.attributes.get("axes")?.integers;
  return axes?.map((axis) => (axis < 0 ? axis + rank : axis));
}

/** The sizes after a Squeeze. */
export function squeezeDims(dims: readonly number[], axes: readonly number[] | undefined): number[] {
  return dims.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1));
}

/** The sizes after an Unsqueeze. */
export function unsqueezeDims(dims: readonly number[], axes: readonly number[]): number[] | undefined {
  if (dims.length + axes.length > MOST_AXES) return undefined;
  const rest = dims.slice();
  return Array.from({ length: dims.length + axes.length }, (_, i) =>
    axes.includes(i) ? 1 : (rest.shift() ?? 1),
  );
}
