/** Estimates the multiply-adds of a model that the kernel cannot compile, from its graph. */
import { ModelFileError } from "./error.ts";
import type { OnnxGraph, OnnxNode } from "./graph.ts";
import { readGraph } from "./read.ts";

/** The extent of a value: its number of elements, and the size of its map. */
interface Extent {
  readonly height: number;
  readonly width: number;
  readonly elements: number;
}

const strided = ({ height, width, elements }: Extent, node: OnnxNode): Extent => {
  const [y = 1, x = 1] = node.attributes.get("strides")?.integers ?? [];
  const to = { height: Math.ceil(height / y), width: Math.ceil(width / x) };
  return { ...to, elements: (elements / (height * width)) * to.height * to.width };
};

const product = (dims: readonly number[]): number => dims.reduce((all, dim) => all * dim, 1);

/** The output of a node and its multiply-adds; unknown operators keep the extent and count one for each value. */
function follow(node: OnnxNode, from: Extent, weights: readonly number[] | undefined): [Extent, number] {
  const { height, width, elements } = from;
  switch (node.operator) {
    case "Conv": {
      if (weights === undefined) return [from, elements];
      const to = strided(from, node);
      const positions = to.height * to.width;
      return [{ ...to, elements: positions * weights[0]! }, positions * product(weights)];
    }
    case "Gemm":
    case "MatMul": {
      // Two activations: every position of one is combined with every position of the other.
      if (weights === undefined) return [from, elements * height * width];
      const across = node.attributes.get("transB")?.integer === 1;
      const outputs = (across ? weights[0] : weights.at(-1)) ?? 1;
      const inputs = Math.max(1, product(weights) / outputs);
      return [{ ...from, elements: (elements / inputs) * outputs }, elements * outputs];
    }
    case "MaxPool":
    case "AveragePool":
      return [strided(from, node), elements * product(node.attributes.get("kernel_shape")?.integers ?? [])];
    case "GlobalAveragePool":
    case "GlobalMaxPool":
    case "ReduceMean":
      return [{ height: 1, width: 1, elements: elements / (height * width) }, elements];
    case "ConvTranspose":
    case "Resize":
    case "Upsample": {
      const to = { height: height * 2, width: width * 2, elements: elements * 4 };
      return [to, to.height * to.width * (weights ? product(weights) : 1) + to.elements];
    }
    default:
      return [from, elements];
  }
}

function walk(graph: OnnxGraph, image: Extent): number {
  const extents = new Map<string, Extent>(graph.inputs.map(({ name }) => [name, image]));
  let total = 0;
  for (const node of graph.nodes) {
    const known = node.inputs.flatMap((name) => extents.get(name) ?? []);
    const from = known.reduce(
      (a, b) => (b.elements > a.elements ? b : a),
      known[0] ?? { ...image, elements: 0 },
    );
    if (known.length === 0) continue;
    const weights = node.inputs.flatMap((name) => graph.constants.get(name) ?? [])[0]?.dims;
    const [to, multiplyAdds] = follow(node, from, weights);
    for (const name of node.outputs) extents.set(name, to);
    total += multiplyAdds;
  }
  return total;
}

/**
 * Estimates the multiply-adds of one forward pass. For a file with a graph that cannot be read, it is an
 * upper bound for networks that do not enlarge their maps: every weight is used at every position of the
 * image.
 */
export function estimateMultiplyAdds(
  onnx: ArrayBuffer,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
): number {
  try {
    return walk(readGraph(new Uint8Array(onnx)), { height, width, elements: height * width * channels });
  } catch (error) {
    if (error instanceof ModelFileError) return (onnx.byteLength / 4) * width * height;
    throw error;
  }
}
