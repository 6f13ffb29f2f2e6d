import { MOST_AXES, type OnnxNode, type OnnxTensor } from "./graph.ts";
import { elementsOf } from "./read.ts";

/** Most elements of an integer tensor that folding makes: integers are shapes and indices. */
const MOST_INTEGERS = 1 << 16;

/**
 * Called with a number of elements before so many are made; the inputs of a node are counted already.
 * @throws {Unsupported} when there were too many in all
 */
export type Spend = (elements: number) => void;

type Values = OnnxTensor["values"] | Float64Array;

/** A tensor of the given type; integers are cut off as ONNX integer arithmetic does. `undefined` for too many of them. */
function tensorOf(type: OnnxTensor["type"], dims: readonly number[], values: Values): OnnxTensor | undefined {
  if (type !== "integer") return { dims, type, values: Float32Array.from(values) };
  return values.length > MOST_INTEGERS ? undefined : { dims, type, values: Array.from(values, Math.trunc) };
}

/** Values that are not kept: doubles, so that integers stay exact. */
function filled(length: number, at: (i: number) => number): Values {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = at(i);
  return values;
}

/** The shape to which two shapes broadcast, or `undefined` where they do not. */
function broadcastDims(a: readonly number[], b: readonly number[]): number[] | undefined {
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

/** Target sizes of a Reshape: 0 keeps the input's size, -1 takes what is left. */
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

/** Sizes without the axes that a Squeeze drops. */
export function squeezeDims(dims: readonly number[], axes: readonly number[] | undefined): number[] {
  return dims.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1));
}

/** Sizes with the ones that an Unsqueeze adds. */
export function unsqueezeDims(dims: readonly number[], axes: readonly number[]): number[] | undefined {
  if (dims.length + axes.length > MOST_AXES) return undefined;
  const rest = dims.slice();
  return Array.from({ length: dims.length + axes.length }, (_, i) =>
    axes.includes(i) ? 1 : (rest.shift() ?? 1),
  );
}

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

function arithmetic(
  operation: (a: number, b: number) => number,
  a: OnnxTensor,
  b: OnnxTensor,
  spend: Spend,
): OnnxTensor | undefined {
  const dims = broadcastDims(a.dims, b.dims);
  const left = dims && broadcastTo(a, dims, spend);
  const right = dims && broadcastTo(b, dims, spend);
  if (!dims || !left || !right) return undefined;
  const values = filled(left.length, (i) => operation(left[i]!, right[i]!));
  return tensorOf(a.type, dims, values);
}

function gather(node: OnnxNode, data: OnnxTensor, indices: OnnxTensor): OnnxTensor | undefined {
  if (data.dims.length !== 1 || (node.attributes.get("axis")?.integer ?? 0) !== 0) return undefined;
  const places = Array.from(indices.values, (i) => (i < 0 ? i + data.values.length : i));
  if (!places.every((place) => place in data.values)) return undefined;
  return tensorOf(
    data.type,
    indices.dims,
    filled(places.length, (i) => data.values[places[i]!]!),
  );
}

function slice(data: OnnxTensor, [starts, ends, axes, steps]: readonly (OnnxTensor | undefined)[]) {
  const step = steps?.values[0] ?? 1;
  if (data.dims.length !== 1 || starts?.values.length !== 1 || ends?.values.length !== 1) return undefined;
  if (step !== 1 || (axes?.values[0] ?? 0) !== 0) return undefined;
  const values = data.values.slice(starts.values[0], ends.values[0]);
  return tensorOf(data.type, [values.length], values);
}

function concat(parts: readonly OnnxTensor[]): OnnxTensor | undefined {
  if (parts.some(({ dims }) => dims.length !== 1)) return undefined;
  const values = new Float64Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return tensorOf(parts[0]!.type, [values.length], values);
}

function constant(node: OnnxNode): OnnxTensor | undefined {
  const { attributes } = node;
  const integers = attributes.get("value_ints")?.integers;
  const floats = attributes.get("value_floats")?.floats;
  if (attributes.has("value_int")) return tensorOf("integer", [], [attributes.get("value_int")!.integer]);
  if (attributes.has("value_float")) return tensorOf("float", [], [attributes.get("value_float")!.float]);
  if (integers) return tensorOf("integer", [integers.length], integers);
  if (floats) return tensorOf("float", [floats.length], floats);
  return attributes.get("value")?.tensor;
}

function cast(node: OnnxNode, tensor: OnnxTensor): OnnxTensor | undefined {
  const to = node.attributes.get("to")?.integer;
  if (to === 1) return tensorOf("float", tensor.dims, tensor.values);
  return to === 6 || to === 7 ? tensorOf("integer", tensor.dims, tensor.values) : undefined;
}

function withDims(tensor: OnnxTensor, dims: readonly number[] | undefined): OnnxTensor | undefined {
  return dims && { ...tensor, dims };
}

/**
 * Computes a node whose inputs are all constant.
 * @param spend is told what is made beyond the inputs
 * @returns its output, or `undefined` when the operator, or this use of it, is none that folding knows
 */
export function fold(
  node: OnnxNode,
  inputs: readonly (OnnxTensor | undefined)[],
  spend: Spend,
): OnnxTensor | undefined {
  if (node.operator === "Constant") return constant(node);
  const [first, second] = inputs;
  if (first === undefined || inputs.some((input) => input?.type === "other")) return undefined;
  switch (node.operator) {
    case "Identity":
      return first;
    case "Cast":
      return cast(node, first);
    case "Sqrt":
      return tensorOf(
        first.type,
        first.dims,
        filled(first.values.length, (i) => Math.sqrt(first.values[i]!)),
      );
    case "Transpose": {
      const order = node.attributes.get("perm")?.integers ?? first.dims.map((_, i) => i).reverse();
      const known = order.toSorted().every((axis, i) => axis === i) && order.length === first.dims.length;
      if (!known) return undefined;
      const { dims, values } = permute(first, order);
      return tensorOf(first.type, dims, values);
    }
    case "Reshape":
      return second && withDims(first, reshapeDims(first.dims, Array.from(second.values)));
    case "Squeeze":
      return withDims(first, squeezeDims(first.dims, axesOf(node, second, first.dims.length)));
    case "Unsqueeze": {
      const count = second?.values.length ?? node.attributes.get("axes")?.integers.length ?? 0;
      const axes = axesOf(node, second, first.dims.length + count);
      return axes && withDims(first, unsqueezeDims(first.dims, axes));
    }
    case "Concat":
      return concat(inputs.filter((input) => input !== undefined));
    case "Gather":
      return second && gather(node, first, second);
    case "Slice":
      return slice(first, inputs.slice(1));
    default:
      return second && Object.hasOwn(ARITHMETIC, node.operator)
        ? arithmetic(ARITHMETIC[node.operator]!, first, second, spend)
        : undefined;
  }
}
