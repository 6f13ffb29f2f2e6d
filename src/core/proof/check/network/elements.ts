import { broadcastDims, broadcastTo } from "../../../onnx/constants/broadcast.ts";
import type { OnnxNode, OnnxTensor } from "../../../onnx/graph.ts";
import { elementsOf } from "../../../onnx/read.ts";
import { floatOf, integerOf } from "./attributes.ts";
import { sparseMap } from "./linear-map.ts";
import {
  type Building,
  constantAt,
  givenAt,
  type Operand,
  type Operator,
  refuse,
  type View,
  valueAt,
} from "./view.ts";

/** A constant's value for each index of the tensor behind a view. */
function spread(node: OnnxNode, view: View, constant: OnnxTensor): Float64Array {
  const dims = broadcastDims(view.dims, constant.dims);
  if (dims === undefined || elementsOf(dims) !== view.order.length) {
    return refuse(node, "whose constant is larger than its input");
  }
  const values = broadcastTo(constant, dims, () => {}) ?? refuse(node, "whose constant does not fit");
  const placed = new Float64Array(values.length);
  for (const [i, index] of view.order.entries()) placed[index] = values[i]!;
  return placed;
}

/** Every value times a number, plus another. */
function scaled(
  b: Building,
  view: View,
  factors: Float64Array,
  bias: Float64Array,
  biasError: Float64Array | null = null,
): View {
  const shape = b.shapeOf(view);
  const indices = Int32Array.from(factors.keys());
  const map = sparseMap(shape, shape, indices, indices, factors);
  const terms = [{ input: view.tensor, map }];
  return { ...view, tensor: b.linear(shape, { terms, bias, biasError, products: 1 }) };
}

/** a + sign × b, of two values of one size. */
function sum(b: Building, node: OnnxNode, first: View, second: View, sign: number): View {
  const isSame =
    first.dims.length === second.dims.length && first.dims.every((dim, axis) => dim === second.dims[axis]);
  if (!isSame) return refuse(node, "of two sizes");
  const shape = b.shapeOf(first);
  const term = ({ tensor, order }: View, weight: number) => ({
    input: tensor,
    map: sparseMap(b.shapes[tensor]!, shape, order, first.order, new Float64Array(order.length).fill(weight)),
  });
  return { ...first, tensor: b.linear(shape, { terms: [term(first, 1), term(second, sign)], products: 2 }) };
}

/** The values of the only operand that depends on the image, with a constant's, or the sum of two that do. */
function arithmetic(
  whenBoth: ((b: Building, node: OnnxNode, first: View, second: View) => View) | null,
  withConstant: (constant: number, isFirst: boolean) => readonly [factor: number, bias: number] | null,
): Operator {
  return (b, node, operands) => {
    const [left, right] = operands;
    if (left && right && "tensor" in left && "tensor" in right) {
      const [first, second] = [valueAt(node, operands, 0), valueAt(node, operands, 1)];
      return whenBoth?.(b, node, first, second) ?? refuse(node, "of two values that depend on the image");
    }
    const isFirst = left !== undefined && "tensor" in left;
    const view = valueAt(node, operands, isFirst ? 0 : 1);
    const constants = spread(node, view, givenAt(node, operands, isFirst ? 1 : 0));
    const pairs = Array.from(
      constants,
      (constant) => withConstant(constant, isFirst) ?? refuse(node, "by a value that depends on the image"),
    );
    const [factors, biases] = [0, 1].map((i) => Float64Array.from(pairs, (pair) => pair[i]!));
    return scaled(b, view, factors!, biases!);
  };
}

const add = arithmetic(
  (b, node, first, second) => sum(b, node, first, second, 1),
  (constant) => [1, constant],
);
const subtract = arithmetic(
  (b, node, first, second) => sum(b, node, first, second, -1),
  (constant, isFirst) => (isFirst ? [1, -constant] : [-1, constant]),
);
const multiply = arithmetic(null, (constant) => [constant, 0]);
const divide = arithmetic(null, (constant, isFirst) => (isFirst ? [1 / constant, 0] : null));

/** A fixed scale and bias for each channel, as onnxruntime may also fold them into a convolution before. */
const normalisation: Operator = (b, node, operands) => {
  const view = valueAt(node, operands, 0);
  if (integerOf(node, "training_mode", 0) !== 0) return refuse(node, "in training mode");
  const dims = view.dims.map((dim, axis) => (axis === 1 ? dim : 1));
  const [scale, beta, mean, variance] = [1, 2, 3, 4].map((at) => {
    const given = givenAt(node, operands, at);
    if (given.values.length !== dims[1]) return refuse(node, "whose constants do not fit its input");
    return spread(node, view, { ...given, dims });
  }) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const epsilon = floatOf(node, "epsilon", 1e-5);
  const factors = scale.map((value, i) => value / Math.sqrt(variance[i]! + epsilon));
  const bias = factors.map((factor, i) => beta[i]! - mean[i]! * factor);
  const error = factors.map((factor, i) => 2 ** -21 * (Math.abs(beta[i]!) + Math.abs(mean[i]! * factor)));
  return scaled(b, view, factors, bias, error);
};

/** A function with one kink, on every value. */
function kinked(b: Building, view: View, kink: number, below: number, above: number): View {
  const output = b.tensor(b.shapeOf(view));
  if (![kink, below, above].every(Number.isFinite)) throw new Error("A kink must be finite.");
  b.steps.push({ kind: "kink", input: view.tensor, output, kink, below, above });
  return { ...view, tensor: output };
}

function limitOf(node: OnnxNode, operands: readonly (Operand | undefined)[], at: number, otherwise: number) {
  const given = constantAt(node, operands, at);
  const limit = given ? given.values[0]! : floatOf(node, at === 1 ? "min" : "max", otherwise);
  return Number.isNaN(limit) ? refuse(node, "with a limit that is not a number") : limit;
}

const clip: Operator = (b, node, operands) => {
  let view = valueAt(node, operands, 0);
  const least = limitOf(node, operands, 1, Number.NEGATIVE_INFINITY);
  const most = limitOf(node, operands, 2, Number.POSITIVE_INFINITY);
  // Beyond every number of 32 bits there is nothing to clip.
  if (least > -3.4e38) view = kinked(b, view, least, 0, 1);
  if (most < 3.4e38) view = kinked(b, view, most, 1, 0);
  return view;
};

const leaky: Operator = (b, node, operands) => {
  const slope = floatOf(node, "alpha", Math.fround(0.01));
  if (!Number.isFinite(slope)) return refuse(node, "with a slope that is not finite");
  return kinked(b, valueAt(node, operands, 0), 0, slope, 1);
};

/** Operators that compute element by element. */
export const ELEMENTS: Readonly<Record<string, Operator>> = {
  Add: add,
  Sub: subtract,
  Mul: multiply,
  Div: divide,
  BatchNormalization: normalisation,
  Relu: (b, node, operands) => kinked(b, valueAt(node, operands, 0), 0, 0, 1),
  LeakyRelu: leaky,
  Clip: clip,
};
