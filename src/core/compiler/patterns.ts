/** Recognises activations that exporters write as several nodes; the kernel computes each in one step. */
import type { OnnxGraph, OnnxNode } from "../onnx/graph.ts";

const SQUARE_ROOT_OF_TWO = Math.SQRT2;

/** The graph's nodes by output, and how often each value is read. */
class Values {
  readonly makers: ReadonlyMap<string, OnnxNode>;
  readonly #graph: OnnxGraph;
  readonly #uses = new Map<string, number>();

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
    this.makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
    const read = [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs];
    for (const name of read) this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
  }

  /** The node of this operator with this output, if the output has one reader. */
  maker(name: string, operator: string): OnnxNode | undefined {
    const node = this.makers.get(name);
    return node?.operator === operator && this.#uses.get(name) === 1 ? node : undefined;
  }

  /** Whether a value is a scalar constant. */
  isNumber(name: string | undefined, number: number): boolean {
    const constant = this.makers.get(name ?? "")?.attributes.get("value")?.tensor;
    const tensor = this.#graph.constants.get(name ?? "") ?? constant;
    return tensor?.values.length === 1 && Math.abs(tensor.values[0]! - number) < 1e-5 * Math.abs(number);
  }

  /** The other input of a node of two, one of which is this number. */
  besideNumber({ inputs: [a, b] }: OnnxNode, number: number): string | undefined {
    if (this.isNumber(b, number)) return a;
    return this.isNumber(a, number) ? b : undefined;
  }
}

/** A node's two inputs in both orders. */
const pairs = ({ inputs: [a = "", b = ""] }: OnnxNode) => [[a, b] as const, [b, a] as const];

const like = (node: OnnxNode, operator: string, input: string, without: readonly string[]) => ({
  node: { ...node, operator, inputs: [input], attributes: new Map() },
  without,
});

type Match = ReturnType<typeof like> | undefined;

/** x × Sigmoid(x). */
function swish(node: OnnxNode, values: Values): Match {
  for (const [x, gate] of pairs(node)) {
    if (values.maker(gate, "Sigmoid")?.inputs[0] === x) return like(node, "Swish", x, [gate]);
  }
  return undefined;
}

/** x × HardSigmoid(x), with the slope of a hard swish. */
function hardSwish(node: OnnxNode, values: Values): Match {
  for (const [x, gate] of pairs(node)) {
    const made = values.maker(gate, "HardSigmoid");
    const slope = made?.attributes.get("alpha")?.float ?? 0.2;
    if (made?.inputs[0] === x && Math.abs(slope - 1 / 6) < 1e-6) return like(node, "HardSwish", x, [gate]);
  }
  return undefined;
}

/** x × (1 + Erf(x ÷ √2)) × ½. */
function gelu(node: OnnxNode, values: Values): Match {
  const product = values.besideNumber(node, 0.5);
  const inner = product === undefined ? undefined : values.maker(product, "Mul");
  if (product === undefined || inner === undefined) return undefined;
  for (const [x, gate] of pairs(inner)) {
    const sum = values.maker(gate, "Add");
    const error = sum && values.besideNumber(sum, 1);
    const quotient = error && values.maker(error, "Erf")?.inputs[0];
    const division = quotient ? values.maker(quotient, "Div") : undefined;
    if (division?.inputs[0] === x && values.isNumber(division.inputs[1], SQUARE_ROOT_OF_TWO)) {
      return like(node, "Gelu", x, [product, gate, error!, quotient!]);
    }
  }
  return undefined;
}

/** The nodes of a graph, in order, with such groups of them replaced by one. */
export function withPatterns(graph: OnnxGraph): OnnxNode[] {
  const values = new Values(graph);
  const replaced = new Map<OnnxNode, OnnxNode>();
  const dropped = new Set<string>();
  for (const node of graph.nodes) {
    if (node.operator !== "Mul") continue;
    const match = swish(node, values) ?? hardSwish(node, values) ?? gelu(node, values);
    if (match === undefined) continue;
    replaced.set(node, match.node);
    for (const name of match.without) dropped.add(name);
  }
  return graph.nodes
    .filter(({ outputs }) => !dropped.has(outputs[0] ?? ""))
    .map((node) => replaced.get(node) ?? node);
}
