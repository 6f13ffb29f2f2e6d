/** Operators on constants that compute element by element. */
import type { OnnxNode, OnnxTensor } from "../graph.ts";
import { broadcastDims, broadcastTo, filled, type Spend, tensorOf } from "./broadcast.ts";

type Folded = OnnxTensor | undefined;

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Min: Math.min,
  Max: Math.max,
  Equal: (a, b) => Number(a === b),
  Greater: (a, b) => Number(a > b),
  Less: (a, b) => Number(a < b),
};

/** The operators above with a boolean result. */
const COMPARISONS = ["Equal", "Greater", "Less"];

const UNARY: Readonly<Record<string, (a: number) => number>> = {
  Sqrt: Math.sqrt,
  Neg: (a) => -a,
  Abs: Math.abs,
  Reciprocal: (a) => 1 / a,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Sign: Math.sign,
  Relu: (a) => Math.max(0, a),
  Not: (a) => Number(a === 0),
};

/** An operator of one or two inputs, by its name; `undefined` for others. */
export function elementwise(operator: string, inputs: readonly OnnxTensor[], spend: Spend): Folded {
  const [a, b] = inputs;
  if (a !== undefined && inputs.length === 1 && Object.hasOwn(UNARY, operator)) {
    return tensorOf(
      a.type,
      a.dims,
      filled(a.values.length, (i) => UNARY[operator]!(a.values[i]!)),
    );
  }
  if (a === undefined || b === undefined || !Object.hasOwn(BINARY, operator)) return undefined;
  const dims = broadcastDims(a.dims, b.dims);
  const left = dims && broadcastTo(a, dims, spend);
  const right = dims && broadcastTo(b, dims, spend);
  if (!dims || !left || !right) return undefined;
  const values = filled(left.length, (i) => BINARY[operator]!(left[i]!, right[i]!));
  return tensorOf(COMPARISONS.includes(operator) ? "integer" : a.type, dims, values);
}

/** Where: the second input where the first is true, otherwise the third. */
export function where([condition, a, b]: readonly OnnxTensor[], spend: Spend): Folded {
  if (!condition || !a || !b) return undefined;
  const both = broadcastDims(a.dims, b.dims);
  const dims = both && broadcastDims(both, condition.dims);
  const [choice, left, right] = [condition, a, b].map((each) => dims && broadcastTo(each, dims, spend));
  if (!dims || !choice || !left || !right) return undefined;
  return tensorOf(
    a.type,
    dims,
    filled(choice.length, (i) => (choice[i] ? left[i]! : right[i]!)),
  );
}

/** Clip, with its limits as inputs or, in old operator sets, as attributes. */
export function clip(node: OnnxNode, [tensor, ...limits]: readonly (OnnxTensor | undefined)[]): Folded {
  if (tensor === undefined) return undefined;
  const lower = limits[0]?.values[0] ?? node.attributes.get("min")?.float ?? Number.NEGATIVE_INFINITY;
  const upper = limits[1]?.values[0] ?? node.attributes.get("max")?.float ?? Number.POSITIVE_INFINITY;
  const values = filled(tensor.values.length, (i) => Math.min(Math.max(tensor.values[i]!, lower), upper));
  return tensorOf(tensor.type, tensor.dims, values);
}

/** Cast to float32, int32, int64 or bool. */
export function cast(node: OnnxNode, tensor: OnnxTensor): Folded {
  const to = node.attributes.get("to")?.integer;
  if (to === 1) return tensorOf("float", tensor.dims, tensor.values);
  if (to === 9)
    return tensorOf(
      "integer",
      tensor.dims,
      filled(tensor.values.length, (i) => Number(tensor.values[i] !== 0)),
    );
  return to === 6 || to === 7 ? tensorOf("integer", tensor.dims, tensor.values) : undefined;
}
