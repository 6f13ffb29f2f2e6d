/** Resize: for each row and column of the output, the rows and columns of the input that it is made of. */
import { axesOf } from "../../onnx/constants/shapes.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import { addLayer, asMap, type Context, constantAt, mapAt } from "../network.ts";
import type { Activations } from "../value.ts";

/** How an axis is resized. */
interface Axis {
  readonly inputs: number;
  readonly outputs: number;
  readonly scale: number;
}

/** The most rows or columns, so that no table is made for a tensor that is refused later. */
const MOST_OUTPUTS = 2 ** 15;

/** Where in the input an output row or column lies: onnxruntime's formulas, rounded to 32 bits as there. */
const COORDINATES: ReadonlyMap<string, (i: number, axis: Axis) => number> = new Map([
  ["asymmetric", (i, { scale }) => Math.fround(i / scale)],
  ["half_pixel", halfPixel],
  ["pytorch_half_pixel", (i, axis) => (axis.outputs > 1 ? halfPixel(i, axis) : 0)],
  ["align_corners", alignCorners],
]);

function halfPixel(i: number, { scale }: Axis): number {
  return Math.fround(Math.fround((i + 0.5) / scale) - 0.5);
}

function alignCorners(i: number, { inputs, outputs }: Axis): number {
  return outputs > 1 ? Math.fround(Math.fround(i * (inputs - 1)) / (outputs - 1)) : 0;
}

const IS_LINEAR: ReadonlyMap<string, boolean> = new Map([
  ["nearest", false],
  ["linear", true],
]);

/** The nearest row or column to such a place. */
const ROUNDINGS: ReadonlyMap<string, (place: number) => number> = new Map([
  ["round_prefer_floor", (place) => Math.ceil(place - 0.5)],
  ["round_prefer_ceil", (place) => Math.floor(place + 0.5)],
  ["floor", Math.floor],
  ["ceil", Math.ceil],
]);

/** What an attribute of the node names. */
function choose<T>(
  context: Context,
  attribute: string,
  choices: ReadonlyMap<string, T>,
  otherwise: string,
): T {
  const name = context.node.attributes.get(attribute)?.text || otherwise;
  const choice = choices.get(name);
  if (choice === undefined) throw new Unsupported(`Resize with ${attribute} ${name}`);
  return choice;
}

/** Input `i`, unless it is omitted or empty. */
function listAt(context: Context, i: number): readonly number[] | undefined {
  const list = Array.from(constantAt(context, i)?.values ?? []);
  return list.length === 0 ? undefined : list;
}

/** How height and width of a map are resized, by constant scales or sizes. */
function axesOfMap(context: Context, { dims }: Activations): readonly [rows: Axis, columns: Axis] {
  const { node, opset } = context;
  const scales = listAt(context, opset < 11 ? 1 : 2);
  const sizes = scales === undefined ? listAt(context, 3) : undefined;
  const named = axesOf(node, undefined, dims.length) ?? dims.map((_, axis) => axis);
  const given = scales ?? sizes;
  if (given?.length !== named.length) throw new Unsupported("Resize without constant scales or sizes");
  const axes = dims.map((inputs, axis): Axis => {
    const value = given[named.indexOf(axis)];
    if (value === undefined) return { inputs, outputs: inputs, scale: 1 };
    const outputs = sizes ? value : Math.floor(Math.fround(inputs * value));
    const isSize = Number.isInteger(outputs) && outputs >= 1 && outputs < MOST_OUTPUTS;
    if (!isSize) throw new Unsupported(`Resize of an axis from ${inputs} to ${outputs}`);
    return { inputs, outputs, scale: sizes ? Math.fround(outputs / inputs) : value };
  });
  const [batch, channels, rows, columns] = axes;
  if (batch!.scale !== 1 || channels!.scale !== 1) {
    throw new Unsupported("Resize of other axes than height and width");
  }
  // onnxruntime copies such a map, where ONNX resizes it.
  const isSame = axes.every(({ inputs, outputs }) => inputs === outputs);
  if (isSame && axes.some(({ scale }) => scale !== 1))
    throw new Unsupported("Resize by a scale to the same size");
  return [rows!, columns!];
}

/** For each row or column of the output the near one of the input, the far one, and the far one's part. */
function tableOf(context: Context, axis: Axis): number[] {
  const isOld = context.opset < 11;
  const isLinear = choose(context, "mode", IS_LINEAR, "nearest");
  const places = isOld ? "asymmetric" : "half_pixel";
  const coordinate = choose(context, "coordinate_transformation_mode", COORDINATES, places);
  // Before opset 11 onnxruntime takes the next pixel where it leaves pixels out.
  const oldRounding = axis.scale < 1 ? "ceil" : "floor";
  const round = choose(context, "nearest_mode", ROUNDINGS, isOld ? oldRounding : "round_prefer_floor");
  const last = axis.inputs - 1;
  const within = (place: number): number => Math.max(0, Math.min(last, place));
  return Array.from({ length: axis.outputs }, (_, i) => {
    const place = coordinate(i, axis);
    if (!isLinear) {
      const nearest = within(round(place));
      return [nearest, nearest, 0];
    }
    const near = Math.floor(within(place));
    const part = within(place) - near;
    return [near, part > 0 ? near + 1 : near, part];
  }).flat();
}

/** Resize of height and width, nearest or linear. */
export function resize(context: Context): Activations {
  const { attributes } = context.node;
  if ((attributes.get("antialias")?.integer ?? 0) !== 0) throw new Unsupported("Resize with antialias");
  const policy = attributes.get("keep_aspect_ratio_policy")?.text || "stretch";
  if (policy !== "stretch") throw new Unsupported(`Resize with keep_aspect_ratio_policy ${policy}`);
  const value = mapAt(context, 0);
  const { layer } = value;
  const [rows, columns] = axesOfMap(context, value);
  const shape = { height: rows.outputs, width: columns.outputs, channels: layer.shape.channels };
  const weights = Float32Array.from([...tableOf(context, rows), ...tableOf(context, columns)]);
  return asMap(addLayer(context, { operation: "resize", inputs: [layer], shape, weights }));
}
