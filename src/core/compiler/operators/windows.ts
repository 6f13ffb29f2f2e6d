import type { OnnxNode } from "../../onnx/graph.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import type { Layer, Padding, Shape, Window } from "../layer.ts";
import { integersOf } from "../network.ts";
import type { Activations } from "../value.ts";

/** The largest kernel, stride or padding: beyond it, the kernel's 32-bit positions could overflow. */
const LARGEST = 2 ** 29;

export const NO_PADDING: Padding = { top: 0, left: 0, bottom: 0, right: 0 };

interface Axis {
  readonly outputs: number;
  readonly padBefore: number;
}

/** The positions of the windows of one axis, by the rules of ONNX's Conv, MaxPool and AveragePool. */
function axisOf(
  node: OnnxNode,
  size: number,
  kernel: number,
  stride: number,
  pads: readonly [number, number],
): Axis {
  const auto = node.attributes.get("auto_pad")?.text || "NOTSET";
  const roundsUp = node.attributes.get("ceil_mode")?.integer === 1;
  let [before, after] = auto === "NOTSET" ? pads : [0, 0];
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
    before = auto === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
    after = total - before;
  } else if (auto !== "NOTSET" && auto !== "VALID") {
    throw new Unsupported(`${node.operator} with auto_pad ${auto}`);
  }
  const steps = (size + before + after - kernel) / stride;
  const outputs = (roundsUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
  // Versions of ONNX differ on whether a window that starts in the padding after the image counts.
  if (roundsUp && (outputs - 1) * stride >= size + before) {
    throw new Unsupported(`${node.operator} with ceil_mode and a window beyond the image`);
  }
  if (!(outputs >= 1)) throw new Unsupported(`${node.operator} with a kernel larger than its input`);
  return { outputs, padBefore: before };
}

function pair(node: OnnxNode, name: string, otherwise: number): readonly [number, number] {
  const [y = otherwise, x = otherwise, ...more] = integersOf(node, name, []);
  if (more.length > 0 || y < 1 || x < 1) throw new Unsupported(`${node.operator} with ${name} of this size`);
  return [y, x];
}

/** The distance between neighbouring rows, and columns, of a node's kernel. */
export const dilationsOf = (node: OnnxNode): readonly [number, number] => pair(node, "dilations", 1);

/**
 * The window of a convolution or pooling node, and the height and width of its output.
 * @param kernel the rows and columns from the window's first to its last, whatever the dilation
 */
export function windowOf(
  node: OnnxNode,
  { height, width }: Shape,
  kernel: readonly number[],
  padding = NO_PADDING,
): { window: Window; height: number; width: number } {
  const [kernelHeight = 0, kernelWidth = 0, ...more] = kernel;
  if (kernelHeight < 1 || kernelWidth < 1 || more.length > 0) {
    throw new Unsupported(`${node.operator} that is not two-dimensional`);
  }
  const [strideY, strideX] = pair(node, "strides", 1);
  const [above = 0, before = 0, below = 0, after = 0] = integersOf(node, "pads", []);
  const [top, left] = [above + padding.top, before + padding.left];
  const [bottom, right] = [below + padding.bottom, after + padding.right];
  if (Math.max(kernelHeight, kernelWidth, strideY, strideX, top, left, bottom, right) > LARGEST) {
    throw new Unsupported(`${node.operator} with a window that is too large`);
  }
  if (Math.min(above, before, below, after) < 0)
    throw new Unsupported(`${node.operator} with negative padding`);
  const rows = axisOf(node, height, kernelHeight, strideY, [top, bottom]);
  const columns = axisOf(node, width, kernelWidth, strideX, [left, right]);
  const countPadding = node.attributes.get("count_include_pad")?.integer === 1;
  const pads = { padTop: rows.padBefore, padLeft: columns.padBefore };
  return {
    window: { kernelHeight, kernelWidth, strideY, strideX, ...pads, countPadding },
    height: rows.outputs,
    width: columns.outputs,
  };
}

/** The map inside the padding that a Pad before a convolution adds, and that padding; or the map itself. */
export function unpadded(
  node: OnnxNode,
  { layer }: Activations,
): { layer: Layer; padding?: Padding | undefined } {
  const sets = node.attributes.get("auto_pad")?.text || "NOTSET";
  return layer.padding && sets === "NOTSET" ? { layer: layer.inputs[0]!, padding: layer.padding } : { layer };
}

/** A window over the whole of a tensor. */
export function wholeWindow({ height, width }: Shape): Window {
  const rest = { strideY: 1, strideX: 1, padTop: 0, padLeft: 0, countPadding: false };
  return { kernelHeight: height, kernelWidth: width, ...rest };
}
