import type { OnnxTensor } from "../onnx/graph.ts";
import { elementsOf } from "../onnx/read.ts";
import { Unsupported } from "../onnx/unsupported.ts";
import type { Layer, Shape } from "./layer.ts";

/**
 * A value of the graph that depends on the image. The kernel keeps every tensor in one order, height ×
 * width × channels; `layout` and `dims` describe its shape in the graph.
 */
export interface Activations {
  readonly kind: "activations";
  readonly layer: Layer;
  /** The order of the elements: as in [1, C, H, W] or as in [1, H, W, C]. */
  readonly layout: "NCHW" | "NHWC";
  /** [1, C, H, W], [1, H, W, C], flattened [1, N], or, with its channels in groups, [1, G, C ÷ G, H, W]. */
  readonly dims: readonly number[];
  /** Whether the layer has no other reader, so that the next step may be fused into it. */
  readonly sole: boolean;
}

export interface Constant {
  readonly kind: "constant";
  readonly tensor: OnnxTensor;
}

export type Value = Activations | Constant;

/** The sizes of a tensor in a layout, batch of one. */
export function dimsOf({ height, width, channels }: Shape, layout: Activations["layout"]): number[] {
  return layout === "NCHW" ? [1, channels, height, width] : [1, height, width, channels];
}

/** Whether a value still has separate height and width axes. */
export function isMap(value: Activations): boolean {
  return value.dims.length === 4;
}

/** Whether a value is a flat list, [1, N]. */
export function isFlat(value: Activations): boolean {
  return value.dims.length === 2;
}

/** The index in height × width × channels of each element of a value, in the graph's order. */
export function storageOrder({ layer, layout }: Activations): Int32Array {
  const { height, width, channels } = layer.shape;
  const order = new Int32Array(height * width * channels);
  if (layout === "NHWC") return order.map((_, i) => i);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let position = 0; position < height * width; position++) order[at++] = position * channels + channel;
  }
  return order;
}

/**
 * The same elements, in the same order, under other sizes: Reshape, Flatten, Squeeze and Unsqueeze.
 * @throws {Unsupported} if the kernel has no such tensor
 */
export function viewAs(value: Activations, dims: readonly number[] | undefined): Activations {
  const { shape } = value.layer;
  if (dims !== undefined && elementsOf(dims) === elementsOf(value.dims) && dims[0] === 1) {
    if (dims.length === 2) return { ...value, dims };
    const [, groups = 0, inner = 0, ...map] = dims;
    const isGrouped = value.layout === "NCHW" && groups * inner === shape.channels;
    if (isGrouped && map.join() === `${shape.height},${shape.width}`) return { ...value, dims };
    const isVector = shape.height === 1 && shape.width === 1;
    const layouts = isVector ? (["NCHW", "NHWC"] as const) : [value.layout];
    for (const layout of layouts) {
      if (dims.join() === dimsOf(shape, layout).join()) return { ...value, layout, dims };
    }
  }
  throw new Unsupported(`a reshape of ${value.dims.join("×")} to ${dims?.join("×") ?? "an unknown size"}`);
}
