/** Pools over windows, and over the whole map. */
import { axesOf } from "../../onnx/constants/shapes.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import type { Layer, Padding } from "../layer.ts";
import { activationsAt, addLayer, asMap, type Context, constantAt, integersOf, mapAt } from "../network.ts";
import { type Activations, dimsOf, isMap, viewAs } from "../value.ts";
import { dilationsOf, unpadded, wholeWindow, windowOf } from "./windows.ts";

type Operator = (context: Context) => Activations;

/** The input of a pool: an average without its own padding counts the zeros of a preceding Pad as values. */
function paddingOf(context: Context, operation: string): { layer: Layer; padding?: Padding | undefined } {
  const value = mapAt(context, 0);
  const { attributes } = context.node;
  const pads = integersOf(context.node, "pads", []).some((pad) => pad !== 0);
  const isPlain = !pads && attributes.get("ceil_mode")?.integer !== 1;
  return operation === "averagePool" && isPlain ? unpadded(context.node, value) : { layer: value.layer };
}

/** MaxPool and AveragePool. */
export const pool =
  (operation: "maxPool" | "averagePool"): Operator =>
  (context) => {
    const { node } = context;
    const { layer, padding } = paddingOf(context, operation);
    if (node.outputs.length > 1) throw new Unsupported(`${node.operator} with indices`);
    if (Math.max(...dilationsOf(node)) > 1) throw new Unsupported(`${node.operator} with dilation`);
    const { window, height, width } = windowOf(
      node,
      layer.shape,
      integersOf(node, "kernel_shape", []),
      padding,
    );
    const roundsUp = node.attributes.get("ceil_mode")?.integer === 1;
    if (roundsUp && window.countPadding)
      throw new Unsupported(`${node.operator} with ceil_mode over padding`);
    if (window.padTop >= window.kernelHeight || window.padLeft >= window.kernelWidth) {
      throw new Unsupported(`${node.operator} with more padding than kernel`);
    }
    const shape = { height, width, channels: layer.shape.channels };
    const counted = { ...window, countPadding: window.countPadding || padding !== undefined };
    return asMap(addLayer(context, { operation, inputs: [layer], shape, window: counted }));
  };

/** A pool over the whole map. */
export function poolAll(
  context: Context,
  operation: "maxPool" | "averagePool",
  value: Activations,
): Activations {
  const { layer, layout } = value;
  const shape = { height: 1, width: 1, channels: layer.shape.channels };
  const window = wholeWindow(layer.shape);
  const pooled = addLayer(context, { operation, inputs: [layer], shape, window });
  return { ...asMap(pooled), layout, dims: dimsOf(shape, layout) };
}

/** ReduceMean and ReduceMax over height and width. */
export const reduce =
  (operation: "maxPool" | "averagePool"): Operator =>
  (context) => {
    const value = activationsAt(context, 0);
    const axes = axesOf(context.node, constantAt(context, 1), value.dims.length);
    const spatial = value.layout === "NCHW" ? [2, 3] : [1, 2];
    if (!isMap(value) || axes?.toSorted().join() !== spatial.join()) {
      throw new Unsupported(`${context.node.operator} over other axes than height and width`);
    }
    const pooled = poolAll(context, operation, value);
    const keeps = context.node.attributes.get("keepdims")?.integer !== 0;
    return keeps ? pooled : viewAs(pooled, [1, pooled.layer.shape.channels]);
  };
