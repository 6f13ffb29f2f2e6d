/** Operators that pick and join channels. */
import { Unsupported } from "../../onnx/unsupported.ts";
import type { Layer } from "../layer.ts";
import { activationsAt, addLayer, asMap, type Context, constantAt, integersOf } from "../network.ts";
import { type Activations, dimsOf, isFlat, isMap } from "../value.ts";

/** A layer with some channels of another one, in any order. */
export function selectFrom(context: Context, layer: Layer, channels: readonly number[]): Layer {
  const shape = { ...layer.shape, channels: channels.length };
  // A selection from a selection reads the original channels.
  const isSelection = layer.operation === "select" && layer.activation.kind === "none";
  const weights = Float32Array.from(channels, (channel) => (isSelection ? layer.weights[channel]! : channel));
  const inputs = isSelection ? layer.inputs : [layer];
  return addLayer(context, { operation: "select", inputs, shape, weights });
}

/** A layer with the channels of all of these, one after the other. */
export function join(context: Context, inputs: readonly Layer[]): Layer {
  const channels = inputs.reduce((sum, { shape }) => sum + shape.channels, 0);
  return addLayer(context, { operation: "concat", inputs, shape: { ...inputs[0]!.shape, channels } });
}

/** A selection of channels, in any order. */
export function select(
  context: Context,
  { layer, layout, dims }: Activations,
  channels: readonly number[],
): Activations {
  const selected = asMap(selectFrom(context, layer, channels));
  const { shape } = selected.layer;
  return { ...selected, layout, dims: dims.length === 2 ? [1, channels.length] : dimsOf(shape, layout) };
}

/** The channel axis; a flat list has one only if it comes from a single position. */
export function channelAxis(value: Activations): number | undefined {
  const { height, width } = value.layer.shape;
  if (isFlat(value)) return height === 1 && width === 1 ? 1 : undefined;
  return isMap(value) ? (value.layout === "NCHW" ? 1 : 3) : undefined;
}

/** A channel shuffle: [1, G, C ÷ G, H, W] with groups and channels swapped. */
export function shuffle(context: Context, value: Activations): Activations {
  const [, groups = 1, inner = 1, ...map] = value.dims;
  const order = Array.from(
    { length: groups * inner },
    (_, i) => (i % groups) * inner + Math.floor(i / groups),
  );
  return { ...select(context, value, order), dims: [1, inner, groups, ...map] };
}

/** Split along the channels; one value for each output. */
export function split(context: Context): Activations[] {
  const { node } = context;
  const value = activationsAt(context, 0);
  const axis = node.attributes.get("axis")?.integer ?? 0;
  const { channels } = value.layer.shape;
  if ((axis < 0 ? axis + value.dims.length : axis) !== channelAxis(value)) {
    throw new Unsupported("Split along another axis than the channels");
  }
  const count = node.outputs.length;
  const even = Math.ceil(channels / count);
  const otherwise = Array.from({ length: count }, (_, i) => Math.min(even, channels - i * even));
  const given = constantAt(context, 1);
  const sizes = given ? Array.from(given.values) : integersOf(node, "split", otherwise);
  const isWhole = sizes.length === count && sizes.every((size) => Number.isInteger(size) && size > 0);
  if (!isWhole || sizes.reduce((sum, size) => sum + size, 0) !== channels) {
    throw new Unsupported("Split into parts of other sizes than its input");
  }
  let from = 0;
  return sizes.map((size) => {
    const first = from;
    from += size;
    return select(
      context,
      value,
      Array.from({ length: size }, (_, i) => first + i),
    );
  });
}

/** Concat along the channels. */
export function concat(context: Context): Activations {
  const values = context.inputs.map((_, i) => activationsAt(context, i));
  const first = values[0]!;
  const { layout, dims } = first;
  const axis = context.node.attributes.get("axis")?.integer ?? 1;
  const from = axis < 0 ? axis + dims.length : axis;
  const flat = isFlat(first);
  const { height, width } = first.layer.shape;
  const fits = values.every(
    ({ layer, ...value }) =>
      (value.layout === layout || (layer.shape.height === 1 && layer.shape.width === 1)) &&
      value.dims.length === dims.length &&
      (flat || isMap(first)) &&
      layer.shape.height === height &&
      layer.shape.width === width,
  );
  const along = flat || layout === "NCHW" ? 1 : 3;
  if (!fits || from !== along || (flat && height * width > 1)) {
    throw new Unsupported("Concat along another axis than the channels");
  }
  const joined = asMap(
    join(
      context,
      values.map(({ layer }) => layer),
    ),
  );
  const { shape } = joined.layer;
  return { ...joined, layout, dims: flat ? [1, shape.channels] : dimsOf(shape, layout) };
}
