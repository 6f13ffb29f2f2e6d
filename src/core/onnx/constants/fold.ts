import type { OnnxNode, OnnxTensor } from "../graph.ts";
import { permute, type Spend, tensorOf } from "./broadcast.ts";
import { concat, constantOfShape, expand, gather, range, slice } from "./indexing.ts";
import { cast, clip, elementwise, where } from "./numbers.ts";
import { dequantize, quantize } from "./quantisation.ts";
import { axesOf, reshapeDims, squeezeDims, unsqueezeDims } from "./shapes.ts";

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

function withDims(tensor: OnnxTensor, dims: readonly number[] | undefined): OnnxTensor | undefined {
  return dims && { ...tensor, dims };
}

function transpose(node: OnnxNode, tensor: OnnxTensor): OnnxTensor | undefined {
  const order = node.attributes.get("perm")?.integers ?? tensor.dims.map((_, i) => i).reverse();
  const known = order.toSorted().every((axis, i) => axis === i) && order.length === tensor.dims.length;
  if (!known) return undefined;
  const { dims, values } = permute(tensor, order);
  return tensorOf(tensor.type, dims, values);
}

/**
 * Computes a node whose inputs are all constant.
 * @param spend is called with the number of elements created in addition to the inputs
 * @returns its output, or `undefined` if folding does not support the operator or this use of it
 */
export function fold(
  node: OnnxNode,
  inputs: readonly (OnnxTensor | undefined)[],
  spend: Spend,
): OnnxTensor | undefined {
  if (node.operator === "Constant") return constant(node);
  const [first, second] = inputs;
  if (first === undefined || inputs.some((input) => input?.type === "other")) return undefined;
  const given = inputs.filter((input) => input !== undefined);
  switch (node.operator) {
    case "Identity":
      return first;
    case "Shape":
      return tensorOf("integer", [first.dims.length], first.dims.slice());
    case "Cast":
      return cast(node, first);
    case "Clip":
      return clip(node, inputs);
    case "DequantizeLinear":
      return dequantize(node, inputs);
    case "QuantizeLinear":
      return quantize(node, inputs);
    case "Transpose":
      return transpose(node, first);
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
      return concat(node, given, spend);
    case "Gather":
      return second && gather(node, first, second, spend);
    case "Slice":
      return slice(node, first, inputs.slice(1), spend);
    case "ConstantOfShape":
      return constantOfShape(node, first, spend);
    case "Expand":
      return second && expand(first, second, spend);
    case "Range":
      return range(inputs, spend);
    case "Where":
      return where(given, spend);
    default:
      return elementwise(node.operator, given, spend);
  }
}
