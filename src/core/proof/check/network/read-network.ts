import { fold } from "../../../onnx/constants/fold.ts";
import type { OnnxGraph, OnnxNode, OnnxTensor } from "../../../onnx/graph.ts";
import { readGraph } from "../../../onnx/read.ts";
import { Refused } from "../refused.ts";
import { AXES } from "./axes.ts";
import { convolution } from "./convolution.ts";
import { DENSE } from "./dense.ts";
import { ELEMENTS } from "./elements.ts";
import type { ImageFormat, Network } from "./network.ts";
import * as pools from "./pools.ts";
import { Building, type Operand, type Operator, type View } from "./view.ts";

/** Every operator that the checker has, by its ONNX name. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  ...AXES,
  ...DENSE,
  ...ELEMENTS,
  Conv: convolution,
  MaxPool: pools.maxPool,
  AveragePool: pools.averagePool,
  GlobalMaxPool: pools.globalMaxPool,
  GlobalAveragePool: pools.globalAveragePool,
  ReduceMean: pools.reduceMean,
  ReduceMax: pools.reduceMax,
};

/** The most elements that constants may have together when they are computed. */
const MOST_ELEMENTS = 1 << 26;

/** Computes nodes of constants. */
function folding(): (node: OnnxNode, inputs: readonly (OnnxTensor | undefined)[]) => OnnxTensor {
  let spent = 0;
  const spend = (elements: number) => {
    spent += elements;
    if (spent > MOST_ELEMENTS) throw new Refused("The network's constants are too large for the checker.");
  };
  return (node, inputs) => {
    for (const input of inputs) spend(input?.values.length ?? 0);
    const folded = fold(node, inputs, spend);
    if (folded === undefined) throw new Refused(`The checker has no operator ${node.operator} of constants.`);
    return folded;
  };
}

/** What a node makes of its inputs. */
function resultOf(
  b: Building,
  node: OnnxNode,
  inputs: readonly (Operand | undefined)[],
  folded: ReturnType<typeof folding>,
): Operand {
  if (node.domain !== "" && node.domain !== "ai.onnx") {
    throw new Refused(`The checker has no operator ${node.operator} of ${node.domain}.`);
  }
  const [first] = inputs;
  // The batch is one image.
  if (node.operator === "Shape" && first && "tensor" in first && node.attributes.size === 0) {
    return { type: "integer", dims: [first.dims.length], values: first.dims };
  }
  const constants = inputs.flatMap((input) => (input && "tensor" in input ? [] : [input]));
  if (constants.length === inputs.length) return folded(node, constants);
  const operator = Object.hasOwn(OPERATORS, node.operator) ? OPERATORS[node.operator] : undefined;
  if (operator === undefined) throw new Refused(`The checker has no operator ${node.operator}.`);
  return operator(b, node, inputs);
}

function onlyOf(kind: string, names: readonly string[], wanted: string | undefined): string {
  const name = wanted ?? names[0];
  if (name !== undefined && names.includes(name) && (wanted !== undefined || names.length === 1)) return name;
  throw new Refused(`The network has ${names.length} ${kind}s, and the manifest names none of them.`);
}

function imageView(b: Building, { width, height, channels, layout }: ImageFormat): View {
  const tensor = b.tensor({ width, height, channels });
  if (layout === "NCHW") return b.fresh(tensor);
  const order = Int32Array.from({ length: width * height * channels }, (_, i) => i);
  return { tensor, dims: [1, height, width, channels], order };
}

function evaluate(b: Building, graph: OnnxGraph, input: string, image: View): Map<string, Operand> {
  const values = new Map<string, Operand>([...graph.constants, [input, image]]);
  const folded = folding();
  for (const node of graph.nodes) {
    const operands = node.inputs.map((name) => {
      if (name === "") return undefined;
      const value = values.get(name);
      if (value === undefined) throw new Refused(`The checker does not know the value ${name}.`);
      return value;
    });
    const [output] = node.outputs;
    if (output) values.set(output, resultOf(b, node, operands, folded));
  }
  return values;
}

/** What is known of a network beside its file. */
export interface NetworkFormat {
  readonly input: ImageFormat;
  readonly labels: readonly string[];
  readonly output: "logits" | "probabilities";
  /** The names of the graph's input and output, where it has several. */
  readonly tensors?:
    | { readonly input?: string | undefined; readonly output?: string | undefined }
    | undefined;
}

/**
 * Reads the network of an ONNX file.
 * @throws Refused if the checker has no such operator; ModelFileError, Unsupported if the file cannot be read
 */
export function readNetwork(onnx: Uint8Array, { input, output, labels, tensors }: NetworkFormat): Network {
  const graph = readGraph(onnx);
  const b = new Building();
  const names = graph.inputs.map(({ name }) => name);
  const values = evaluate(b, graph, onlyOf("input", names, tensors?.input), imageView(b, input));
  const scores = values.get(onlyOf("output", graph.outputs, tensors?.output));
  if (scores === undefined || !("tensor" in scores) || scores.order.length !== labels.length) {
    throw new Refused("The network's output is not one score for each label.");
  }
  const { tensor, order, softmax: hasSoftmax = false } = scores;
  if (hasSoftmax && output === "logits") {
    throw new Refused("The network ends in a Softmax, though its manifest says that its output is logits.");
  }
  return { shapes: b.shapes, steps: b.steps, output: tensor, scores: order, hasSoftmax };
}
