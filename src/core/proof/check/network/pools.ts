import type { OnnxNode, OnnxTensor } from "../../../onnx/graph.ts";
import { elementsOf } from "../../../onnx/read.ts";
import { integerOf, integersOf } from "./attributes.ts";
import { sparseMap } from "./linear-map.ts";
import { reachOf, type Shape } from "./reach.ts";
import {
  type Building,
  constantAt,
  type Operand,
  type Operator,
  refuse,
  type View,
  valueAt,
} from "./view.ts";
import { windowsOf } from "./windows.ts";

/** What each output is made of: indices of a tensor. */
interface Members {
  readonly shape: Shape;
  readonly of: readonly (readonly number[])[];
}

function maximum(b: Building, { tensor }: View, { shape, of }: Members): number {
  const output = b.tensor(shape);
  const start = new Int32Array(of.length + 1);
  for (const [i, { length }] of of.entries()) start[i + 1] = start[i]! + length;
  const members = Int32Array.from(of.flat());
  const from = b.shapes[tensor]!;
  const outputs = of.flatMap((list, i) => list.map(() => Math.floor(i / shape.channels)));
  const inputs = members.map((index) => Math.floor(index / from.channels));
  const reach = reachOf(from, shape, inputs, Int32Array.from(outputs));
  b.steps.push({ kind: "maximum", input: tensor, output, start, members, reach });
  return output;
}

/** @param counts how many values, with those of the padding, each output is the mean of */
function mean(b: Building, { tensor }: View, { shape, of }: Members, counts: readonly number[]): number {
  const outputs = of.flatMap((list, i) => list.map(() => i));
  const map = sparseMap(
    b.shapes[tensor]!,
    shape,
    Int32Array.from(of.flat()),
    Int32Array.from(outputs),
    Float64Array.from(outputs, (output) => 1 / counts[output]!),
  );
  return b.linear(shape, { terms: [{ input: tensor, map }], products: Math.max(...counts) });
}

function pool(
  b: Building,
  node: OnnxNode,
  operands: readonly (Operand | undefined)[],
  isMaximum: boolean,
): View {
  const view = b.asMap(node, valueAt(node, operands, 0));
  const from = b.shapeOf(view);
  const kernel = integersOf(node, "kernel_shape") ?? refuse(node, "without kernel_shape");
  const windows = windowsOf(node, from, kernel);
  const { channels } = from;
  const shape = { height: windows.height, width: windows.width, channels };
  const of = Array.from({ length: shape.height * shape.width * channels }, (): number[] => []);
  windows.each((output, input) => {
    for (let c = 0; c < channels; c++) of[output * channels + c]!.push(input * channels + c);
  });
  if (of.some(({ length }) => length === 0)) return refuse(node, "with a window of padding alone");
  if (isMaximum) return b.fresh(maximum(b, view, { shape, of }));
  const countsPads = integerOf(node, "count_include_pad", 0) === 1;
  if (countsPads && integerOf(node, "ceil_mode", 0) === 1) {
    return refuse(node, "with both ceil_mode and count_include_pad");
  }
  const counts = of.map(({ length }) => (countsPads ? kernel[0]! * kernel[1]! : length));
  return b.fresh(mean(b, view, { shape, of }, counts));
}

export const maxPool: Operator = (b, node, operands) => pool(b, node, operands, true);
export const averagePool: Operator = (b, node, operands) => pool(b, node, operands, false);

/** What is left of a value when some axes are reduced, each result a channel of a vector. */
function reduced(b: Building, view: View, axes: readonly number[], isMaximum: boolean, keeps: boolean): View {
  const { dims, order } = view;
  const rest = dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const count = elementsOf(rest);
  const of = Array.from({ length: count }, (): number[] => []);
  for (const [i, index] of order.entries()) {
    let place = 0;
    for (const [axis, dim] of dims.entries()) {
      const stride = elementsOf(dims.slice(axis + 1));
      if (!axes.includes(axis)) place = place * dim + (Math.floor(i / stride) % dim);
    }
    of[place]!.push(index);
  }
  const shape = { height: 1, width: 1, channels: count };
  const members = { shape, of };
  const tensor = isMaximum
    ? maximum(b, view, members)
    : mean(
        b,
        view,
        members,
        of.map(({ length }) => length),
      );
  const left = keeps ? rest : dims.filter((_, axis) => !axes.includes(axis));
  return { tensor, dims: left, order: Int32Array.from({ length: count }, (_, i) => i) };
}

function axesOf(node: OnnxNode, given: OnnxTensor | undefined, rank: number): number[] {
  const axes = given ? Array.from(given.values) : integersOf(node, "axes");
  if (axes === undefined || axes.length === 0) return refuse(node, "over every axis");
  const positive = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  return positive.includes(0) ? refuse(node, "over the batch") : positive;
}

function reduce(isMaximum: boolean): Operator {
  return (b, node, operands) => {
    const view = valueAt(node, operands, 0);
    const axes = axesOf(node, constantAt(node, operands, 1), view.dims.length);
    return reduced(b, view, axes, isMaximum, integerOf(node, "keepdims", 1) === 1);
  };
}

function global(isMaximum: boolean): Operator {
  return (b, node, operands) => {
    const view = valueAt(node, operands, 0);
    if (view.dims.length !== 4) return refuse(node, `of ${view.dims.length} axes`);
    return reduced(b, view, [2, 3], isMaximum, true);
  };
}

export const reduceMean = reduce(false);
export const reduceMax = reduce(true);
export const globalAveragePool = global(false);
export const globalMaxPool = global(true);
