import { broadcastTo } from "../../../onnx/constants/broadcast.ts";
import type { OnnxNode, OnnxTensor } from "../../../onnx/graph.ts";
import { elementsOf } from "../../../onnx/read.ts";
import { floatOf, integerOf } from "./attributes.ts";
import { blockMap } from "./linear-map.ts";
import { type Building, constantAt, givenAt, type Operator, refuse, type View, valueAt } from "./view.ts";

/**
 * A vector times a matrix.
 * @param weight of an element of the vector for a result
 */
function product(
  b: Building,
  { tensor, order }: View,
  results: number,
  weight: (element: number, result: number) => number,
  bias: Float64Array,
): number {
  const from = b.shapes[tensor]!;
  const to = { height: 1, width: 1, channels: results };
  const weights = new Float64Array(order.length * results);
  for (const [element, index] of order.entries()) {
    for (let result = 0; result < results; result++)
      weights[index * results + result] = weight(element, result);
  }
  const positions = Int32Array.from({ length: from.height * from.width }, (_, i) => i);
  const meetings = { inputs: positions, outputs: new Int32Array(positions.length), taps: positions };
  const terms = [{ input: tensor, map: blockMap(from, to, 1, meetings, weights) }];
  return b.linear(to, { terms, bias, products: order.length });
}

/** Gemm: alpha × A × B + beta × C, of a vector A. */
const gemm: Operator = (b, node, operands) => {
  const view = valueAt(node, operands, 0);
  const matrix = givenAt(node, operands, 1);
  const added = constantAt(node, operands, 2);
  const isTransposed = integerOf(node, "transB", 0) !== 0;
  const [inner, results] = isTransposed ? [matrix.dims[1], matrix.dims[0]] : matrix.dims;
  const isVector = view.dims.length === 2 && view.dims[0] === 1 && view.dims[1] === inner;
  if (!isVector || results === undefined || integerOf(node, "transA", 0) !== 0) {
    return refuse(node, "of anything but a vector and a matrix");
  }
  const [alpha, beta] = [floatOf(node, "alpha", 1), floatOf(node, "beta", 1)];
  const dims = [1, results];
  const biases = added && broadcastTo(added, dims, () => {});
  if (added && !biases) return refuse(node, "whose third input does not fit");
  const bias = Float64Array.from({ length: results }, (_, i) => beta * (biases?.[i] ?? 0));
  const weight = (element: number, result: number) =>
    alpha * matrix.values[isTransposed ? result * inner! + element : element * results + result]!;
  return { tensor: product(b, view, results, weight, bias), dims, order: Int32Array.from(bias.keys()) };
};

/** A matrix on the channels of every position, where they stand on the last axis. */
function onChannels(b: Building, node: OnnxNode, view: View, matrix: OnnxTensor, results: number): View {
  const [, height = 0, width = 0, channels = 0] = view.dims;
  const from = b.shapeOf(view);
  const isLast =
    from.channels === channels &&
    from.height === height &&
    from.width === width &&
    view.order.every((index, i) => index === i);
  if (!isLast) return refuse(node, "of a map whose channels are not on the last axis");
  const to = { ...from, channels: results };
  const positions = Int32Array.from({ length: height * width }, (_, i) => i);
  const meetings = { inputs: positions, outputs: positions, taps: new Int32Array(positions.length) };
  const map = blockMap(from, to, 1, meetings, Float64Array.from(matrix.values));
  const tensor = b.linear(to, { terms: [{ input: view.tensor, map }], products: channels });
  const order = Int32Array.from({ length: height * width * results }, (_, i) => i);
  return { tensor, dims: [1, height, width, results], order };
}

const matMul: Operator = (b, node, operands) => {
  const view = valueAt(node, operands, 0);
  const matrix = givenAt(node, operands, 1);
  const [inner, results] = matrix.dims;
  const { dims } = view;
  if (matrix.dims.length !== 2 || results === undefined || dims.at(-1) !== inner) {
    return refuse(node, "of anything but a value and a matrix of its size");
  }
  if (elementsOf(dims) !== inner) {
    return dims.length === 4
      ? onChannels(b, node, view, matrix, results)
      : refuse(node, `of ${dims.length} axes`);
  }
  const weight = (element: number, result: number) => matrix.values[element * results + result]!;
  const tensor = product(b, view, results, weight, new Float64Array(results));
  return {
    tensor,
    dims: [...dims.slice(0, -1), results],
    order: Int32Array.from({ length: results }, (_, i) => i),
  };
};

export const DENSE: Readonly<Record<string, Operator>> = { Gemm: gemm, MatMul: matMul };
