/** Constants as arrays of numbers: broadcasting and transposing. */
import type { OnnxTensor } from "../graph.ts";
import { elementsOf } from "../read.ts";

/** The maximum size of an integer tensor in folding: integers are shapes and indices. */
const MOST_INTEGERS = 1 << 16;

/**
 * Called with the number of elements before they are created; the inputs of a node are already counted.
 * @throws {Unsupported} if the total is too large
 */
export type Spend = (elements: number) => void;

export type Values = OnnxTensor["values"] | Float64Array;

/**
 * A tensor of the given type; integers are truncated as in ONNX integer arithmetic. `undefined` if there
 * are too many.
 */
export function tensorOf(
  type: OnnxTensor["type"],
  dims: readonly number[],
  values: Values,
): OnnxTensor | undefined {
  if (type !== "integer") return { dims, type, values: Float32Array.from(values) };
  return values.length > MOST_INTEGERS ? undefined : { dims, type, values: Array.from(values, Math.trunc) };
}

/** Intermediate values: doubles, so that integers stay exact. */
export function filled(length: number, at: (i: number) => number): Values {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = at(i);
  return values;
}

/** The shape to which two shapes broadcast, or `undefined` where they do not. */
export function broadcastDims(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const dims: number[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    dims.push(left === 1 ? right : left);
  }
  return dims;
}

/** The values of `tensor` repeated to fill `dims`, or `undefined` where they do not fit. */
export function broadcastTo(
  tensor: OnnxTensor,
  dims: readonly number[],
  spend: Spend,
): Float32Array | undefined {
  const shape = broadcastDims(tensor.dims, dims);
  if (shape === undefined || shape.length !== dims.length) return undefined;
  if (shape.some((dim, i) => dim !== dims[i])) return undefined;
  spend(elementsOf(dims));
  const missing = dims.length - tensor.dims.length;
  const strides = dims.map((_, i) => {
    if (i < missing || tensor.dims[i - missing] === 1) return 0;
    return elementsOf(tensor.dims.slice(i - missing + 1));
  });
  const values = new Float32Array(elementsOf(dims));
  const index = dims.map(() => 0);
  let source = 0;
  for (let i = 0; i < values.length; i++) {
    values[i] = tensor.values[source]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      source += strides[axis]!;
      if (index[axis]! < dims[axis]!) break;
      source -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}

/** The values of a tensor with its axes in another order: axis i of the result is axis order[i] of the tensor. */
export function permute(
  tensor: Pick<OnnxTensor, "dims" | "values">,
  order: readonly number[],
): { readonly dims: readonly number[]; readonly values: Values } {
  const dims = order.map((axis) => tensor.dims[axis]!);
  const strides = order.map((axis) => elementsOf(tensor.dims.slice(axis + 1)));
  const values = filled(tensor.values.length, (i) => {
    let rest = i;
    let source = 0;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      source += (rest % dims[axis]!) * strides[axis]!;
      rest = Math.floor(rest / dims[axis]!);
    }
    return tensor.values[source]!;
  });
  return { dims, values };
}
