/** Resizes of height and width. */
import type { OnnxAttribute } from "../onnx-writer.ts";
import type { Block, Builder } from "./builder.ts";

const COORDINATES = ["asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners"];
const ROUNDINGS = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];
/** Maps do not grow beyond this many rows or columns. */
const MOST = 24;

/** The new size of an axis, and the scale that makes it. */
function axisOf(b: Builder, size: number): { readonly outputs: number; readonly scale: number } {
  const choices = [1, 2, 3, 0.5, 0.7, 1.3, 2.5].map(Math.fround).flatMap((scale) => {
    const outputs = Math.floor(size * scale);
    // Where rounding to 32 bits makes another size, the shape that onnxruntime infers is not the one that it computes.
    const fits = outputs === Math.floor(Math.fround(size * scale)) && outputs >= 1 && outputs <= MOST;
    return fits ? [{ outputs, scale }] : [];
  });
  return b.pick(choices);
}

function attributesOf(b: Builder): Record<string, OnnxAttribute> {
  const mode = b.pick(["nearest", "linear"]);
  const attributes: Record<string, OnnxAttribute> = b.chance() ? { mode: { string: mode } } : {};
  if (b.opset < 11) return attributes;
  if (b.chance()) attributes.coordinate_transformation_mode = { string: b.pick(COORDINATES) };
  if (b.chance()) attributes.nearest_mode = { string: b.pick(ROUNDINGS) };
  return attributes;
}

function resized(b: Builder): void {
  const map = b.source();
  const [rows, columns] = [axisOf(b, map.height), axisOf(b, map.width)];
  // onnxruntime copies a map that keeps its size, whatever the scale, and the compiler refuses it.
  const isSame = rows.outputs === map.height && columns.outputs === map.width;
  if (isSame && (rows.scale !== 1 || columns.scale !== 1)) return;
  const attributes = attributesOf(b);
  const bySize = b.opset >= 11 && b.chance();
  // onnxruntime moves a Transpose behind a Resize that follows it, which fails where the Resize names its axes.
  const isTransposed = b.nodes.some(({ op }) => op === "Transpose");
  const byAxes = b.opset >= 18 && !isTransposed && b.chance();
  if (byAxes) attributes.axes = { ints: b.chance() ? [2, 3] : [-2, -1] };
  const before = byAxes ? [] : [1, bySize ? map.channels : 1];
  const floats = Float32Array.from([...before, rows.scale, columns.scale]);
  const list = bySize
    ? b.integers([...before, rows.outputs, columns.outputs])
    : b.initialise({ name: "", dims: [floats.length], data: floats });
  // Opset 11 requires the region and the scales, which may be empty.
  const none = b.opset === 11 ? b.floats([0]) : "";
  const inputs = b.opset < 11 ? [list] : bySize ? [none, none, list] : [none, list];
  const name = b.node("Resize", [map.name, ...inputs], attributes);
  b.maps.push({ ...map, name, height: rows.outputs, width: columns.outputs, border: 0 });
}

export const RESIZE: Readonly<Record<string, Block>> = { resized };
