import type { OnnxNode, OnnxTensor } from "../../../onnx/graph.ts";
import { elementsOf } from "../../../onnx/read.ts";
import { Refused } from "../refused.ts";
import { sparseMap } from "./linear-map.ts";
import type { LinearStep, Step } from "./network.ts";
import { type Shape, sizeOf } from "./reach.ts";

/** A value of the ONNX graph: a tensor of the network seen in the graph's axes. The first is the batch, of one image. */
export interface View {
  readonly tensor: number;
  readonly dims: readonly number[];
  /** The index in the tensor of each element of the graph's value. */
  readonly order: Int32Array;
  /** Whether a Softmax, which is left out, comes after it. */
  readonly softmax?: boolean;
}

/** A value that depends on the image, or a constant. */
export type Operand = View | OnnxTensor;

/** What an operator does: adds steps to the network, and says where its result stands. */
export type Operator = (b: Building, node: OnnxNode, inputs: readonly (Operand | undefined)[]) => View;

/** Why an operator is refused. */
export function refuse(node: OnnxNode, why: string): never {
  throw new Refused(`The checker has no ${node.operator} ${why}.`);
}

/** The input of that number as a value that depends on the image. */
export function valueAt(node: OnnxNode, inputs: readonly (Operand | undefined)[], at: number): View {
  const operand = inputs[at];
  if (operand === undefined || !("tensor" in operand)) return refuse(node, "of constants");
  if (operand.softmax) throw new Refused("The checker has no Softmax before the end of a network.");
  return operand;
}

/** The input of that number as a constant; undefined where it is left out. */
export function constantAt(
  node: OnnxNode,
  inputs: readonly (Operand | undefined)[],
  at: number,
): OnnxTensor | undefined {
  const operand = inputs[at];
  if (operand === undefined) return undefined;
  if ("tensor" in operand) return refuse(node, "whose parameters depend on the image");
  return operand;
}

/** As `constantAt`, where it must be given. */
export function givenAt(node: OnnxNode, inputs: readonly (Operand | undefined)[], at: number): OnnxTensor {
  return constantAt(node, inputs, at) ?? refuse(node, `without its input ${at + 1}`);
}

/** The index, in a tensor of rows, columns and channels, of each element in the order channels, rows, columns. */
export function channelsFirst({ height, width, channels }: Shape): Int32Array {
  const area = height * width;
  return Int32Array.from({ length: area * channels }, (_, i) => (i % area) * channels + Math.floor(i / area));
}

/** The network as far as it is built. */
export class Building {
  readonly shapes: Shape[] = [];
  readonly steps: Step[] = [];

  tensor(shape: Shape): number {
    if (sizeOf(shape) > 1 << 24) throw new Refused("The network is too large for the checker.");
    return this.shapes.push(shape) - 1;
  }

  shapeOf({ tensor }: View): Shape {
    return this.shapes[tensor]!;
  }

  /** Adds a linear step to a new tensor. */
  linear(
    shape: Shape,
    step: Pick<LinearStep, "terms" | "products"> & Partial<Pick<LinearStep, "bias" | "biasError">>,
  ): number {
    const output = this.tensor(shape);
    const bias = step.bias ?? new Float64Array(sizeOf(shape));
    if (!bias.every(Number.isFinite)) throw new Refused("The network has a bias that is not finite.");
    this.steps.push({ kind: "linear", biasError: null, ...step, bias, output });
    return output;
  }

  /** A value of the axes batch, channels, rows, columns, of which a new tensor is made in that shape. */
  fresh(tensor: number): View {
    const shape = this.shapes[tensor]!;
    return { tensor, dims: [1, shape.channels, shape.height, shape.width], order: channelsFirst(shape) };
  }

  /**
   * The shape of a map in axes batch, channels, rows, columns, or of a vector, for a new tensor.
   * A tensor of any shape would be right: only the rectangles would be larger.
   */
  shapeFor(dims: readonly number[]): Shape {
    if (dims.length === 4) return { channels: dims[1]!, height: dims[2]!, width: dims[3]! };
    return { channels: elementsOf(dims), height: 1, width: 1 };
  }

  /** Copies elements of some values into a new one; the others are zero. `places` is where each element goes. */
  copy(
    dims: readonly number[],
    parts: readonly { readonly view: View; readonly places: Int32Array }[],
  ): View {
    const shape = this.shapeFor(dims);
    const order = channelsFirst(shape);
    const terms = parts.map(({ view, places }) => ({
      input: view.tensor,
      map: sparseMap(
        this.shapeOf(view),
        shape,
        view.order,
        places.map((place) => order[place]!),
        new Float64Array(places.length).fill(1),
      ),
    }));
    return { tensor: this.linear(shape, { terms, products: 0 }), dims, order };
  }

  /** A value as a map, batch × channels × rows × columns, in a tensor of that shape. */
  asMap(node: OnnxNode, view: View): View {
    const { dims, order } = view;
    if (dims.length !== 4) return refuse(node, `of ${dims.length} axes`);
    const shape = this.shapeOf(view);
    const isSame = shape.channels === dims[1] && shape.height === dims[2] && shape.width === dims[3];
    const inOrder = channelsFirst(shape);
    if (isSame && inOrder.every((index, i) => index === order[i])) return view;
    return this.copy(dims, [{ view, places: Int32Array.from(order.keys()) }]);
  }
}
