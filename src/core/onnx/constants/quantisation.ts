/** Constants in 8 bits: QuantizeLinear and DequantizeLinear, with one scale, or one for each place on an axis. */
import type { OnnxNode, OnnxTensor } from "../graph.ts";
import { BYTE_RANGES, UINT8 } from "../read.ts";
import { filled, tensorOf } from "./broadcast.ts";

type Folded = OnnxTensor | undefined;
type Inputs = readonly (OnnxTensor | undefined)[];

/** The scale and the zero point of each element. */
function scalesOf(node: OnnxNode, [tensor, scale, zero]: Inputs) {
  const isInBlocks = (node.attributes.get("block_size")?.integer ?? 0) !== 0;
  if (tensor === undefined || scale?.type !== "float" || isInBlocks) return undefined;
  const given = node.attributes.get("axis")?.integer ?? 1;
  const axis = given < 0 ? given + tensor.dims.length : given;
  const count = scale.values.length;
  if (count !== 1 && count !== tensor.dims[axis]) return undefined;
  if (zero !== undefined && zero.values.length !== count) return undefined;
  const inner = tensor.dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  return (i: number) => {
    const place = count === 1 ? 0 : Math.floor(i / inner) % count;
    return { scale: scale.values[place]!, zero: zero?.values[place] ?? 0 };
  };
}

/** DequantizeLinear: (value − zero point) × scale. */
export function dequantize(node: OnnxNode, inputs: Inputs): Folded {
  const [tensor] = inputs;
  const at = scalesOf(node, inputs);
  if (tensor?.type !== "integer" || at === undefined) return undefined;
  const values = filled(tensor.values.length, (i) => {
    const { scale, zero } = at(i);
    return (tensor.values[i]! - zero) * scale;
  });
  return tensorOf("float", tensor.dims, values);
}

/** The nearest whole number, the even one of two. */
function roundEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** QuantizeLinear: value ÷ scale + zero point, rounded, in the range of the zero point's type. */
export function quantize(node: OnnxNode, inputs: Inputs): Folded {
  const [tensor, , zero] = inputs;
  const range =
    zero === undefined ? BYTE_RANGES.get(node.attributes.get("output_dtype")?.integer || UINT8) : zero.range;
  const at = scalesOf(node, inputs);
  if (tensor?.type !== "float" || at === undefined || range === undefined) return undefined;
  const [least = 0, greatest = 0] = range;
  const values = filled(tensor.values.length, (i) => {
    const { scale, zero: shift } = at(i);
    return Math.min(Math.max(roundEven(Math.fround(tensor.values[i]! / scale)) + shift, least), greatest);
  });
  return { dims: tensor.dims, type: "integer", values: Array.from(values) };
}
