/** Small networks at random, out of every operator that the plan compiler knows. */
import { type Generator, pcg32 } from "./kernel/reference-random.ts";
import { type OnnxAttribute, type OnnxNode, type OnnxTensor, writeOnnx } from "./onnx-writer.ts";
import { fc } from "./property.ts";

/** A tensor of the graph, [1, C, H, W]. */
interface Map {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** The widest padding of the Pad that made it. */
  readonly border?: number;
}

/** A tensor of the graph, [1, N]. */
interface Vector {
  readonly name: string;
  readonly size: number;
}

class Builder {
  readonly nodes: OnnxNode[] = [];
  readonly initialisers: OnnxTensor[] = [];
  readonly maps: Map[] = [];
  readonly random: Generator;
  readonly opset: number;

  constructor(seed: number, opset: number) {
    this.random = pcg32(BigInt(seed), 11n);
    this.opset = opset;
  }

  chance(): boolean {
    return this.random.below(2) === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.random.below(choices.length)]!;
  }

  between(low: number, high: number): number {
    return low + this.random.below(high - low + 1);
  }

  floats(dims: readonly number[], spread = 1, middle = 0): string {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const data = Float32Array.from({ length: size }, () => middle + spread * this.random.normal());
    return this.initialise({ name: "", dims, data });
  }

  integers(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.initialise({ name: "", dims, data: BigInt64Array.from(values, BigInt) });
  }

  initialise(tensor: OnnxTensor): string {
    const name = `constant${this.initialisers.length}`;
    this.initialisers.push({ ...tensor, name });
    return name;
  }

  node(op: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string {
    const output = `value${this.nodes.length}`;
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  /** The last map, or now and then one before it. */
  source(): Map {
    return this.maps[Math.max(0, this.maps.length - 1 - Math.max(0, this.random.below(4) - 1))]!;
  }

  /** A map of the same height and width as `map`, and, if asked for, as many channels. */
  companion(map: Map, isSame: boolean): Map {
    const fits = this.maps.filter(
      ({ height, width, channels }) =>
        height === map.height && width === map.width && (!isSame || channels === map.channels),
    );
    return this.pick(fits);
  }

  like(
    map: Map,
    op: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
  ): void {
    this.maps.push({ ...map, name: this.node(op, inputs, attributes), border: 0 });
  }
}

interface Windows {
  readonly attributes: Record<string, OnnxAttribute>;
  readonly kernel: readonly [number, number];
  readonly height: number;
  readonly width: number;
}

function windows(b: Builder, map: Map, isPool: boolean): Windows {
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

function convolution(b: Builder, isDepthwise: boolean): void {
  const map = b.source();
  const { attributes, kernel, height, width } = windows(b, map, false);
  if (height < 1 || width < 1) return;
  const channels = isDepthwise ? map.channels : b.pick([1, 2, 3, 4, 5, 8, 15, 16, 17, 20, 36, 53]);
  const inner = isDepthwise ? 1 : map.channels;
  const weights = b.floats([channels, inner, ...kernel], 1.4 / Math.sqrt(inner * kernel[0] * kernel[1]));
  const bias = b.chance() ? [b.floats([channels], 0.3)] : [];
  const groups: Record<string, OnnxAttribute> = isDepthwise ? { group: { int: channels } } : {};
  const name = b.node("Conv", [map.name, weights, ...bias], { ...attributes, ...groups });
  b.maps.push({ name, channels, height, width });
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

function constantArithmetic(b: Builder): void {
  const map = b.source();
  const { channels, height, width } = map;
  const op = b.pick(["Add", "Sub", "Mul", "Div"]);
  const dims = b.pick([
    [],
    [1],
    [channels, 1, 1],
    [1, channels, 1, 1],
    [channels, height, width],
    [1, 1, height, width],
  ]);
  const constant = op === "Div" ? b.floats(dims, 0.1, 1.5) : b.floats(dims);
  b.like(map, op, op !== "Div" && b.chance() ? [constant, map.name] : [map.name, constant]);
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
  const inputs = b.chance() ? [weights, scales, zero] : [weights, scales];
  const kernel = b.node("DequantizeLinear", inputs, b.opset < 13 ? {} : { axis: { int: 0 } });
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

/** Several channels, rows or columns of a map. */
function sliced(b: Builder): void {
  const map = b.source();
  const axis = b.between(1, 3);
  const size = [1, map.channels, map.height, map.width][axis]!;
  const start = b.random.below(size);
  const end = b.between(start + 1, size);
  const step = b.between(1, axis === 1 ? 2 : 3);
  const count = Math.ceil((end - start) / step);
  const ends = end === size ? 2 ** 31 - 1 : end;
  const lists = [[b.chance() ? start : start - size], [ends], [b.pick([axis, axis - 4])], [step]];
  const name = b.node("Slice", [map.name, ...lists.map((list) => b.integers(list))]);
  const sizes = { channels: map.channels, height: map.height, width: map.width };
  const changed = (["channels", "height", "width"] as const)[axis - 1]!;
  b.maps.push({ ...sizes, [changed]: count, name });
}

/** Two parts of a map, one of them gated by the other where they are of a size. */
function split(b: Builder): void {
  const map = b.source();
  if (map.channels < 2) return;
  const first = b.chance() && map.channels % 2 === 0 ? map.channels / 2 : b.between(1, map.channels - 1);
  const sizes = [first, map.channels - first];
  const isAttribute = b.opset < 13;
  const inputs = isAttribute ? [map.name] : [map.name, b.integers(sizes)];
  const attributes: Record<string, OnnxAttribute> = { axis: { int: b.pick([1, -3]) } };
  if (isAttribute) attributes.split = { ints: sizes };
  const outputs = [0, 1].map((i) => `part${i}of${b.nodes.length}`);
  b.nodes.push({ op: "Split", inputs, outputs, attributes });
  const parts = outputs.map((name, i) => ({ ...map, name, channels: sizes[i]! }));
  b.maps.push(...parts);
  if (sizes[0] === sizes[1]) {
    const gate = b.node("Sigmoid", [parts[1]!.name]);
    b.like(parts[0]!, "Mul", [parts[0]!.name, gate]);
  }
}

/** The channels of groups one by one, as ShuffleNet does. */
function shuffled(b: Builder): void {
  const map = b.source();
  const { channels, height, width } = map;
  const groups = b.pick([1, 2, 3, 4].filter((count) => channels % count === 0));
  const apart = b.node("Reshape", [map.name, b.integers([0, groups, channels / groups, height, width])]);
  const turned = b.node("Transpose", [apart], { perm: { ints: [0, 2, 1, 3, 4] } });
  b.like(map, "Reshape", [turned, b.integers([0, channels, height, width])]);
}

/** A matrix on the channels, which stand last, as ConvNeXt has it. */
function matrix(b: Builder): void {
  const map = b.source();
  const channels = b.between(1, 20);
  const there = b.node("Transpose", [map.name], { perm: { ints: [0, 2, 3, 1] } });
  const weights = b.floats([map.channels, channels], 1 / Math.sqrt(map.channels));
  const product = b.node("Add", [b.node("MatMul", [there, weights]), b.floats([channels])]);
  b.maps.push({ ...map, name: b.node("Transpose", [product], { perm: { ints: [0, 3, 1, 2] } }), channels });
}

/** An activation that exporters write as several nodes. */
function composed(b: Builder): void {
  const map = b.source();
  const gated = (gate: string) => b.like(map, "Mul", b.chance() ? [map.name, gate] : [gate, map.name]);
  switch (b.random.below(3)) {
    case 0:
      gated(b.node("Sigmoid", [map.name]));
      break;
    case 1:
      gated(b.node("HardSigmoid", [map.name], { alpha: { float: 1 / 6 } }));
      break;
    default: {
      const error = b.node("Erf", [b.node("Div", [map.name, b.floats([], 0, Math.SQRT2)])]);
      const gate = b.node("Add", [error, b.floats([], 0, 1)]);
      b.like(map, "Mul", [b.node("Mul", [map.name, gate]), b.floats([], 0, 0.5)]);
    }
  }
}

/** Channels weighed by what a global average says: a multiplication by a vector. */
function squeezeAndExcite(b: Builder): void {
  const map = b.source();
  const { channels } = map;
  const mean = b.node("GlobalAveragePool", [map.name]);
  const weights = b.floats([channels, channels, 1, 1], 1 / Math.sqrt(channels));
  const gate = b.node("Sigmoid", [b.node("Conv", [mean, weights])]);
  b.like(map, "Mul", b.chance() ? [map.name, gate] : [gate, map.name]);
}

/** There and back, with something in between that does not mind. */
function transposed(b: Builder): void {
  const map = b.source();
  const there = b.node("Transpose", [map.name], { perm: { ints: [0, 2, 3, 1] } });
  const scaled = b.node("Mul", [there, b.floats([map.channels])]);
  b.like(map, "Transpose", [b.node("Relu", [scaled])], { perm: { ints: [0, 3, 1, 2] } });
}

const BLOCKS: Record<string, (b: Builder) => void> = {
  convolution: (b) => convolution(b, false),
  depthwise: (b) => convolution(b, true),
  maxPool: (b) => pool(b, "MaxPool"),
  averagePool: (b) => pool(b, "AveragePool"),
  normalisation: (b) => {
    const map = b.source();
    // Without an epsilon of its own the variances are so small that the default of 1e-5 counts.
    const [unit, attributes] = b.chance() ? [1, { epsilon: { float: 0.001 } }] : [1e-5, {}];
    const statistics = [
      b.floats([map.channels], 0.2 * Math.sqrt(unit), Math.sqrt(unit)),
      ...[0.3, 0.3].map((spread) => b.floats([map.channels], spread)),
    ];
    const variance = b.floats([map.channels], 0.05 * unit, unit);
    b.like(map, "BatchNormalization", [map.name, ...statistics, variance], attributes);
  },
  combination: (b) => {
    const map = b.source();
    const other = b.companion(map, true);
    const op = b.pick(["Add", "Sub", "Mul"]);
    const second = op === "Mul" ? b.node("Sigmoid", [other.name]) : other.name;
    b.like(map, op, [map.name, second]);
  },
  concatenation: (b) => {
    const map = b.source();
    const parts = Array.from({ length: b.between(1, 3) }, () => b.companion(map, false));
    const channels = parts.reduce((sum, part) => sum + part.channels, 0);
    if (channels > 128) return;
    const name = b.node(
      "Concat",
      parts.map((part) => part.name),
      { axis: { int: b.pick([1, -3]) } },
    );
    b.maps.push({ ...map, name, channels });
  },
  constantArithmetic,
  quantised,
  padded,
  sliced,
  split,
  shuffled,
  matrix,
  composed,
  squeezeAndExcite,
  transposed,
  activation: (b) => {
    const map = b.source();
    const op = b.pick([
      "Relu",
      "Relu",
      "LeakyRelu",
      "Sigmoid",
      "HardSwish",
      "Gelu",
      "HardSigmoid",
      "Identity",
      "Dropout",
      "Tanh",
      "Elu",
      "Sign",
      "Neg",
      "PRelu",
      "Cast",
    ]);
    const alpha: Record<string, OnnxAttribute> =
      op === "LeakyRelu" || (op === "HardSigmoid" && b.chance()) ? { alpha: { float: 0.13 } } : {};
    // Both ends of a gate, which are at −3 and 3 or nearer, are passed.
    const isGate = op === "HardSwish" || op === "HardSigmoid";
    const name = isGate ? b.node("Mul", [map.name, b.floats([], 0, 4)]) : map.name;
    if (op === "PRelu") return b.like(map, op, [name, b.floats([1], 0.1, 0.2)]);
    if (op === "Sign") {
      // Of a clear yes or no, since rounding decides about the rest.
      return b.like(map, op, [b.node("Relu", [name])]);
    }
    b.like(map, op, [name], op === "Cast" ? { to: { int: 1 } } : alpha);
  },
  clip: (b) => {
    const map = b.source();
    const limits = { min: -0.4, max: 0.9 };
    if (b.opset < 11) {
      b.like(map, "Clip", [map.name], { min: { float: limits.min }, max: { float: limits.max } });
    } else {
      const lower = b.chance() ? "" : b.initialise({ name: "", dims: [], data: Float32Array.of(limits.min) });
      const upper = b.initialise({ name: "", dims: [], data: Float32Array.of(limits.max) });
      b.like(map, "Clip", [map.name, lower, upper]);
    }
  },
};

/** From a map to a vector, one of the ways that exporters write. */
function flatten(b: Builder, map: Map): Vector {
  const { name, channels, height, width } = map;
  const size = channels * height * width;
  const toVector = (pooled: string): string => {
    const axes = b.opset < 13 ? { axes: { ints: [2, 3] } } : {};
    return b.node("Squeeze", b.opset < 13 ? [pooled] : [pooled, b.integers([2, 3])], axes);
  };
  switch (b.random.below(9)) {
    case 8: {
      const attributes: Record<string, OnnxAttribute> = { keepdims: { int: 0 } };
      if (b.opset < 18) attributes.axes = { ints: [2, 3] };
      const inputs = b.opset < 18 ? [name] : [name, b.integers([2, 3])];
      return { name: b.node("ReduceMax", inputs, attributes), size: channels };
    }
    case 0:
      return { name: b.node("Flatten", [b.node("GlobalAveragePool", [name])]), size: channels };
    case 1:
      return { name: toVector(b.node("GlobalMaxPool", [name])), size: channels };
    case 2: {
      const keeps = b.chance();
      const attributes = { axes: { ints: [2, 3] }, keepdims: { int: Number(keeps) } };
      const inputs = b.opset < 18 ? [name] : [name, b.integers([-1, -2])];
      const { axes, ...rest } = attributes;
      const mean = b.node("ReduceMean", inputs, b.opset < 18 ? { axes, ...rest } : rest);
      return { name: keeps ? b.node("Flatten", [mean], { axis: { int: 1 } }) : mean, size: channels };
    }
    case 3:
      return { name: b.node("Reshape", [name, b.integers([0, -1])]), size };
    case 4: {
      const place = b.integers([b.pick([0, -4])], []);
      const batch = b.node("Gather", [b.node("Shape", [name]), place], { axis: { int: 0 } });
      const first =
        b.opset < 13
          ? b.node("Unsqueeze", [batch], { axes: { ints: [0] } })
          : b.node("Unsqueeze", [batch, b.integers([0])]);
      const dims = b.node("Concat", [first, b.integers([-1])], { axis: { int: 0 } });
      return { name: b.node("Reshape", [name, dims]), size };
    }
    case 5: {
      const last = b.node("Transpose", [name], { perm: { ints: [0, 2, 3, 1] } });
      return { name: b.node("Flatten", [last]), size };
    }
    case 6: {
      const last = b.node("Transpose", [name], { perm: { ints: [0, 2, 3, 1] } });
      const inputs = b.opset < 18 ? [last] : [last, b.integers([1, 2])];
      const attributes: Record<string, OnnxAttribute> = { keepdims: { int: 0 } };
      if (b.opset < 18) attributes.axes = { ints: [1, 2] };
      return { name: b.node("ReduceMean", inputs, attributes), size: channels };
    }
    default:
      return { name: b.node("Flatten", [name]), size };
  }
}

function dense(b: Builder, vector: Vector, outputs: number): Vector {
  const { name, size } = vector;
  const spread = 1 / Math.sqrt(size);
  if (b.chance()) {
    // As some exporters write it: the matrix the other way round, transposed by a node.
    const weights = b.node("Transpose", [b.floats([outputs, size], spread)], { perm: { ints: [1, 0] } });
    const product = b.node("MatMul", [name, b.chance() ? weights : b.floats([size, outputs], spread)]);
    return { name: b.node("Add", [product, b.floats([outputs])]), size: outputs };
  }
  const isTransposed = b.chance();
  const weights = b.floats(isTransposed ? [outputs, size] : [size, outputs], spread);
  const bias = b.pick([
    b.opset < 11 ? [b.floats([outputs])] : [],
    [b.floats([outputs])],
    [b.floats([1, outputs])],
    [b.floats([1])],
  ]);
  const attributes = { transB: { int: Number(isTransposed) }, alpha: { float: 0.7 }, beta: { float: 1.3 } };
  return { name: b.node("Gemm", [name, weights, ...bias], attributes), size: outputs };
}

/** The versions of ONNX that brought an activation. */
const SINCE: Readonly<Record<string, number>> = { HardSwish: 14, Gelu: 20 };

/** A network to build: what fast-check makes, and makes smaller when a test fails. */
export interface Recipe {
  readonly seed: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly layout: "NCHW" | "NHWC";
  readonly output: "probabilities" | "logits";
  readonly opset: number;
  readonly blocks: readonly string[];
  readonly labels: number;
}

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  seed: fc.nat(),
  height: fc.integer({ min: 1, max: 12 }),
  width: fc.integer({ min: 1, max: 12 }),
  channels: fc.constantFrom(1, 3),
  layout: fc.constantFrom("NCHW", "NHWC"),
  output: fc.constantFrom("probabilities", "logits"),
  opset: fc.constantFrom(10, 11, 13, 14, 17, 18, 20),
  blocks: fc.array(fc.constantFrom(...Object.keys(BLOCKS)), { minLength: 1, maxLength: 9 }),
  labels: fc.integer({ min: 2, max: 21 }),
});

/** Builds a network's ONNX file. */
export function buildNetwork(recipe: Recipe): Uint8Array {
  const { height, width, channels, layout, blocks, labels } = recipe;
  const b = new Builder(recipe.seed, recipe.opset);
  const isLast = layout === "NHWC";
  const first = isLast ? b.node("Transpose", ["image"], { perm: { ints: [0, 3, 1, 2] } }) : "image";
  b.maps.push({ name: first, channels, height, width });
  for (const block of blocks) BLOCKS[block]!(b);
  let vector = flatten(b, b.maps.at(-1)!);
  if (b.chance()) {
    const hidden = dense(b, vector, b.between(1, 40));
    vector = { ...hidden, name: b.node(b.pick(["Relu", "Sigmoid"]), [hidden.name]) };
  }
  const logits = dense(b, vector, labels);
  const axis: Record<string, OnnxAttribute> = b.chance() ? { axis: { int: 1 } } : {};
  const output = recipe.output === "logits" ? logits.name : b.node("Softmax", [logits.name], axis);
  const nodes = b.nodes.map((node) => (b.opset < (SINCE[node.op] ?? 0) ? { ...node, op: "Relu" } : node));
  const dims = isLast ? [height, width, channels] : [channels, height, width];
  const onnx = writeOnnx({
    inputs: [{ name: "image", dims: ["batch", ...dims] }],
    outputs: [{ name: output, dims: ["batch", labels] }],
    initialisers: b.initialisers,
    nodes,
    opset: b.opset,
  });
  return new Uint8Array(onnx);
}
