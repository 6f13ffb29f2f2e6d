import type { InferencePlan } from "../kernel/plan.ts";
import type { TensorFormat } from "../kernel/tensor-format.ts";
import { fold } from "../onnx/constants/fold.ts";
import { MOST_AXES, type OnnxGraph, type OnnxInput, type OnnxNode, type OnnxTensor } from "../onnx/graph.ts";
import { readGraph } from "../onnx/read.ts";
import { Unsupported } from "../onnx/unsupported.ts";
import { createEffort, TooMuchWork } from "./effort.ts";
import { type Layer, NO_ACTIVATION, sizeOf } from "./layer.ts";
import { layOut } from "./layout/lay-out.ts";
import { type Context, stepLike } from "./network.ts";
import { OPERATORS } from "./operators/operators.ts";
import { withPatterns } from "./patterns.ts";
import { type Activations, dimsOf, type Value } from "./value.ts";

/** A classifier's input and output, from its manifest. */
export interface Interface {
  readonly input: TensorFormat & {
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 3;
  };
  readonly labels: readonly string[];
  readonly output: "probabilities" | "logits";
  /** Required only if the graph has several inputs or outputs. */
  readonly tensors?: { readonly input?: string; readonly output?: string };
}

export type Compilation = { readonly plan: InferencePlan } | { readonly unsupported: string };

/** The longest side of a tensor that the kernel's positions can address. */
const LONGEST_SIDE = 0x7fff;

function imageOf(graph: OnnxGraph, format: Interface["input"], layers: Layer[]): [string, Activations] {
  const [input, ...others] = graph.inputs;
  if (input === undefined || others.length > 0) throw new Unsupported("has several inputs");
  if (input.type !== "float") throw new Unsupported("takes an input that is not float32");
  const { height, width, channels, layout } = format;
  const dims = dimsOf(format, layout);
  const fits = (dim: OnnxInput["dims"][number], i: number): boolean => dim === null || dim === dims[i];
  if (input.dims.length !== 4 || !input.dims.every(fits)) {
    const size = input.dims.map((dim) => dim ?? "any").join("×");
    throw new Unsupported(`takes an input of size ${size}, not ${dims.join("×")}`);
  }
  const layer: Layer = {
    operation: "image",
    name: input.name,
    inputs: [],
    shape: { height, width, channels },
    window: undefined,
    weights: new Float32Array(),
    bias: new Float32Array(),
    activation: NO_ACTIVATION,
  };
  layers.push(layer);
  return [input.name, { kind: "activations", layer, layout, dims, sole: false }];
}

function countUses(nodes: readonly OnnxNode[], outputs: readonly string[]): Map<string, number> {
  const uses = new Map<string, number>();
  const names = [...nodes.flatMap((node) => node.inputs), ...outputs];
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

function checkAxes({ dims }: OnnxTensor): void {
  if (dims.length > MOST_AXES) throw new Unsupported(`has a tensor of more than ${MOST_AXES} axes`);
}

/** The constant output of a node, if it does not depend on the image. */
function constantOf({ node, inputs, spend }: Context): OnnxTensor | undefined {
  const [first] = inputs;
  if (node.operator === "Shape" && first?.kind === "activations") {
    const { attributes } = node;
    const values = first.dims.slice(attributes.get("start")?.integer ?? 0, attributes.get("end")?.integer);
    return { dims: [values.length], type: "integer", values };
  }
  const tensors: (OnnxTensor | undefined)[] = [];
  for (const input of inputs) {
    if (input?.kind === "activations") return undefined;
    tensors.push(input?.tensor);
  }
  const tensor = fold(node, tensors, spend);
  if (tensor === undefined) throw new Unsupported(`the operator ${node.operator} on constants`);
  checkAxes(tensor);
  return tensor;
}

function layersOf(context: Context): Value | Value[] {
  const { node } = context;
  if (node.domain !== "" && node.domain !== "ai.onnx") {
    throw new Unsupported(`the operator ${node.domain}.${node.operator}`);
  }
  const tensor = constantOf(context);
  if (tensor !== undefined) return { kind: "constant", tensor };
  const operator = OPERATORS.get(node.operator);
  if (operator === undefined) throw new Unsupported(`the operator ${node.operator}`);
  return operator(context);
}

/** The outputs of a node. @throws {Unsupported} with the operator and the node's name */
function evaluate(context: Context): Value | Value[] {
  try {
    return layersOf(context);
  } catch (error) {
    if (!(error instanceof Unsupported) || error instanceof TooMuchWork) throw error;
    throw new Unsupported(`uses ${error.message} (node ${context.node.name})`);
  }
}

/** The layers that the last one depends on, in order; the image stays first. */
function reachable(layers: readonly Layer[], last: Layer): Layer[] {
  const kept = new Set<Layer>([layers[0]!, last]);
  for (const layer of layers.toReversed()) {
    if (kept.has(layer)) for (const input of layer.inputs) kept.add(input);
  }
  return layers.filter((layer) => kept.has(layer));
}

/** How many elements a value takes. */
function costOf(value: Value): number {
  if (value.kind === "constant") return value.tensor.values.length;
  const { shape } = value.layer;
  if (Math.max(shape.height, shape.width) > LONGEST_SIDE)
    throw new Unsupported("makes tensors that are too large");
  return sizeOf(shape);
}

function layersOfGraph(graph: OnnxGraph, { input, labels, output: kind, tensors }: Interface): Layer[] {
  const layers: Layer[] = [];
  const nodes = withPatterns(graph);
  const uses = countUses(nodes, graph.outputs);
  const values = new Map<string, Value>([imageOf(graph, input, layers)]);
  for (const [name, tensor] of graph.constants) {
    checkAxes(tensor);
    values.set(name, { kind: "constant", tensor });
  }
  const spend = createEffort();
  let context: Context | undefined;
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => {
      const value = values.get(name);
      if (name !== "" && value === undefined) throw new Unsupported("uses a second output of an operator");
      // A following step may be fused into a layer only if the layer has one reader, counting all its views.
      const sole = value?.kind === "activations" && value.sole && uses.get(name) === 1;
      return value?.kind === "activations" ? { ...value, sole } : value;
    });
    context = { node, inputs, opset: graph.opset, layers, spend };
    for (const input of inputs) if (input?.kind === "constant") spend(costOf(input));
    const made = [evaluate(context)].flat();
    for (const [i, value] of made.entries()) {
      spend(costOf(value));
      values.set(node.outputs[i] ?? "", value);
    }
  }
  const name = tensors?.output ?? graph.outputs[0];
  let output = graph.outputs.includes(name ?? "") ? values.get(name!) : undefined;
  if (output?.kind !== "activations" || context === undefined) {
    throw new Unsupported("has no output that depends on the image");
  }
  const { height, width, channels } = output.layer.shape;
  if (height !== 1 || width !== 1 || channels !== labels.length) {
    throw new Unsupported(`has an output of size ${output.dims.join("×")}, not of ${labels.length} labels`);
  }
  if (kind === "logits") {
    const node = { ...context.node, name: "softmax" };
    output = stepLike({ ...context, node }, output, { operation: "softmax", inputs: [output.layer] });
  }
  return reachable(layers, output.layer);
}

/**
 * The steps of an ONNX file, in order: the image first, the probabilities last.
 * @throws {Unsupported} with the reason why the kernel cannot compute them, which continues the sentence "The model …"
 * @throws {ModelFileError} if the file is truncated, inconsistent, cyclic or not an ONNX model
 */
export function compileLayers(onnx: Uint8Array, manifest: Interface): Layer[] {
  return layersOfGraph(readGraph(onnx), manifest);
}

/**
 * Compiles an ONNX file for the kernel's incremental inference.
 * @returns the plan, or the reason why the kernel cannot run this model; the reason continues the
 *   sentence "The model …"
 * @throws {ModelFileError} if the file is truncated, inconsistent, cyclic or not an ONNX model
 */
export function compilePlan(onnx: Uint8Array, manifest: Interface): Compilation {
  try {
    return { plan: layOut(compileLayers(onnx, manifest)) };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    throw error;
  }
}
