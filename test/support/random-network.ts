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
    this.maps.push({ ...map, name: this.node(op, inputs, attributes) });
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
  const { attributes, height, width } = windows(b, map, true);
  if (height < 1 || width < 1) return;
  if (op === "AveragePool" && !("ceil_mode" in attributes) && b.chance()) {
    attributes.count_include_pad = { int: 1 };
  }
  b.maps.push({ ...map, name: b.node(op, [map.name], attributes), height, width });
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
      "HardSigmoid",
      "Identity",
      "Dropout",
    ]);
    const alpha: Record<string, OnnxAttribute> =
      op === "LeakyRelu" || (op === "HardSigmoid" && b.chance()) ? { alpha: { float: 0.13 } } : {};
    // Both ends of a gate, which are at −3 and 3 or nearer, are passed.
    const isGate = op === "HardSwish" || op === "HardSigmoid";
    const name = isGate ? b.node("Mul", [map.name, b.floats([], 0, 4)]) : map.name;
    b.like(map, op, [name], alpha);
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
  switch (b.random.below(8)) {
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
  opset: fc.constantFrom(10, 11, 13, 14, 17, 18),
  blocks: fc.array(fc.constantFrom(...Object.keys(BLOCKS)), { minLength: 1, maxLength: 9 }),
  labels: fc.integer({ min: 2, max: 21 }),
});

/** Builds a network: its ONNX file, and the operators in it. */
export function buildNetwork(recipe: Recipe): { onnx: Uint8Array; operators: ReadonlySet<string> } {
  const { height, width, channels, layout, blocks, labels } = recipe;
  // HardSwish came with version 14.
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
  const nodes =
    b.opset < 14
      ? b.nodes.map((node) => (node.op === "HardSwish" ? { ...node, op: "Relu" } : node))
      : b.nodes;
  const dims = isLast ? [height, width, channels] : [channels, height, width];
  const onnx = writeOnnx({
    inputs: [{ name: "image", dims: ["batch", ...dims] }],
    outputs: [{ name: output, dims: ["batch", labels] }],
    initialisers: b.initialisers,
    nodes,
    opset: b.opset,
  });
  return { onnx: new Uint8Array(onnx), operators: new Set(nodes.map(({ op }) => op)) };
}
