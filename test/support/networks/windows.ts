/** Convolutions, pools and padding. */
import type { OnnxAttribute } from "../onnx-writer.ts";
import type { Block, Builder, FeatureMap } from "./builder.ts";

interface Windows {
  readonly attributes: Record<string, OnnxAttribute>;
  readonly kernel: readonly [number, number];
  readonly height: number;
  readonly width: number;
}

function windows(b: Builder, map: FeatureMap, isPool: boolean): Windows {
  const kernel = [b.between(1, 4), b.between(1, 4)] as const;
  const auto = b.random.below(6);
  // onnxruntime does not run automatic padding with strides beyond the kernel.
  const strides = kernel.map((size) => b.between(1, auto === 0 ? Math.min(3, size) : 3));
  const wantsCeil = isPool && auto !== 0 && b.chance();
  const pads = kernel.concat(kernel).map((size) => (auto > 1 ? b.random.below(size) : 0));
  const steps = [map.height, map.width].map(
    (size, axis) => (size + pads[axis]! + pads[axis + 2]! - kernel[axis]!) / strides[axis]!,
  );
  // Versions of ONNX differ on a last window that begins behind the image, so there is none here.
  const ceil = wantsCeil && steps.every((_, axis) => pads[axis + 2] === 0 && strides[axis]! <= kernel[axis]!);
  const sizes = [map.height, map.width].map((size, axis) => {
    if (auto === 0) return Math.ceil(size / strides[axis]!);
    return (ceil ? Math.ceil(steps[axis]!) : Math.floor(steps[axis]!)) + 1;
  });
  const attributes: Record<string, OnnxAttribute> = {
    kernel_shape: { ints: kernel },
    strides: { ints: strides },
  };
  if (auto === 0) attributes.auto_pad = { string: b.pick(["SAME_UPPER", "SAME_LOWER"]) };
  else if (auto > 1) attributes.pads = { ints: pads };
  if (ceil) attributes.ceil_mode = { int: 1 };
  return { attributes, kernel, height: sizes[0]!, width: sizes[1]! };
}

/** A convolution of a map in groups. */
function convolve(
  b: Builder,
  map: FeatureMap,
  channels: number,
  groups: number,
  { attributes, kernel, height, width }: Windows,
): void {
  const inner = map.channels / groups;
  const weights = b.floats([channels, inner, ...kernel], 1.4 / Math.sqrt(inner * kernel[0] * kernel[1]));
  const bias = b.chance() ? [b.floats([channels], 0.3)] : [];
  const group: Record<string, OnnxAttribute> = groups > 1 ? { group: { int: groups } } : {};
  const name = b.node("Conv", [map.name, weights, ...bias], { ...attributes, ...group });
  b.maps.push({ name, channels, height, width });
}

function convolution(b: Builder): void {
  const map = b.source();
  const place = windows(b, map, false);
  if (place.height < 1 || place.width < 1) return;
  convolve(b, map, b.pick([1, 2, 3, 4, 5, 8, 15, 16, 17, 20, 36, 53]), 1, place);
}

/** One filter, or several, for each channel. */
function depthwise(b: Builder): void {
  const map = b.source();
  const place = windows(b, map, false);
  if (place.height < 1 || place.width < 1) return;
  convolve(b, map, map.channels * (map.channels < 20 ? b.pick([1, 1, 2, 3]) : 1), map.channels, place);
}

/** As ResNeXt and RegNet have it, behind a convolution that makes as many channels as it needs. */
function grouped(b: Builder): void {
  const groups = b.pick([2, 3, 4, 7, 12]);
  const source = b.source();
  const channels = groups * b.between(2, 5);
  convolve(b, source, channels, 1, { ...source, attributes: {}, kernel: [1, 1] });
  const map = b.maps.at(-1)!;
  const place = windows(b, map, false);
  if (place.height < 1 || place.width < 1) return;
  convolve(b, map, groups * b.pick([1, 2, 4, 9, 17]), groups, place);
}

/** A kernel with zeros between its rows and columns, in groups or not. */
function dilated(b: Builder): void {
  const map = b.source();
  const kernel = [b.between(1, 3), b.between(1, 3)] as const;
  const dilations = [b.between(1, 3), b.between(1, 3)] as const;
  const spread = kernel.map((size, axis) => (size - 1) * dilations[axis]! + 1);
  const pads = spread.concat(spread).map((size) => b.random.below(size));
  const [height, width] = [map.height, map.width].map(
    (size, axis) => size + pads[axis]! + pads[axis + 2]! - spread[axis]! + 1,
  ) as [number, number];
  if (height < 1 || width < 1) return;
  const attributes = { kernel_shape: { ints: kernel }, dilations: { ints: dilations }, pads: { ints: pads } };
  const isDepthwise = b.chance();
  const channels = isDepthwise ? map.channels : b.between(1, 9);
  convolve(b, map, channels, isDepthwise ? channels : 1, { attributes, kernel, height, width });
}

function pool(b: Builder, op: "MaxPool" | "AveragePool"): void {
  const map = b.source();
  const { attributes, kernel, height, width } = windows(b, map, true);
  if (height < 1 || width < 1) return;
  // onnxruntime puts a Pad into the pool that follows, which it then refuses or computes otherwise.
  const { border = 0 } = map;
  const isPlain = !("pads" in attributes || "auto_pad" in attributes || "ceil_mode" in attributes);
  if (border > 0 && (op === "MaxPool" || !isPlain || Math.min(...kernel) <= border)) return;
  if (op === "AveragePool" && !("ceil_mode" in attributes) && b.chance()) {
    attributes.count_include_pad = { int: 1 };
  }
  b.maps.push({ ...map, name: b.node(op, [map.name], attributes), height, width, border: 0 });
}

/** A convolution whose weights are stored in 8 bits. */
function quantised(b: Builder): void {
  const map = b.source();
  const channels = b.between(1, 9);
  const data = Int8Array.from({ length: channels * map.channels }, () => b.between(-128, 127));
  const weights = b.initialise({ name: "", dims: [channels, map.channels, 1, 1], data });
  const size = b.pick(b.opset < 13 ? [1] : [1, channels]);
  const scales = b.floats(size === 1 ? [] : [size], 0.002, 0.01);
  const zeros = Int8Array.from({ length: size }, () => b.between(-9, 9));
  const zero = b.initialise({ name: "", dims: size === 1 ? [] : [size], data: zeros });
  const axis: Record<string, OnnxAttribute> = b.opset < 13 ? {} : { axis: { int: 0 } };
  const inputs = b.chance() ? [weights, scales, zero] : [weights, scales];
  const kernel = b.node("DequantizeLinear", inputs, axis);
  b.maps.push({ ...map, name: b.node("Conv", [map.name, kernel]), channels });
}

/** Zeros around a map, as some exporters write the padding of a convolution or a pool. */
function padded(b: Builder): void {
  const map = b.source();
  const [top, left, bottom, right] = [b.between(0, 2), b.between(0, 2), b.between(0, 2), b.between(0, 2)];
  const pads = [0, 0, top, left, 0, 0, bottom, right];
  const computed = () => {
    // As PyTorch's older exporter writes it: pairs from the last axis to the first.
    const pairs = b.integers([left, right, top, bottom]);
    const rest = b.node("ConstantOfShape", [b.integers([4])], {
      value: { tensor: { name: "", dims: [1], data: BigInt64Array.of(0n) } },
    });
    const all = b.node("Concat", [pairs, rest], { axis: { int: 0 } });
    const rows = b.node("Reshape", [all, b.integers([-1, 2])]);
    const [last, first, axis, step] = [[-1], [-(2 ** 31)], [0], [-1]].map((list) => b.integers(list));
    const turned = b.node("Slice", [rows, last!, first!, axis!, step!]);
    const columns = b.node("Transpose", [turned], { perm: { ints: [1, 0] } });
    return b.node("Cast", [b.node("Reshape", [columns, b.integers([-1])])], { to: { int: 7 } });
  };
  const name =
    b.opset < 11
      ? b.node("Pad", [map.name], { pads: { ints: pads } })
      : b.node("Pad", [map.name, b.chance() ? computed() : b.integers(pads)], {
          mode: { string: "constant" },
        });
  const border = Math.max(top, left, bottom, right);
  b.maps.push({ ...map, name, height: map.height + top + bottom, width: map.width + left + right, border });
}

export const WINDOWS: Readonly<Record<string, Block>> = {
  convolution,
  depthwise,
  grouped,
  dilated,
  maxPool: (b) => pool(b, "MaxPool"),
  averagePool: (b) => pool(b, "AveragePool"),
  quantised,
  padded,
};
