/** Blocks that pick, join and reorder. */
import type { OnnxAttribute } from "../onnx-writer.ts";
import type { Block, Builder } from "./builder.ts";

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

/** Several maps of one size, one after the other. */
function concatenation(b: Builder): void {
  const map = b.source();
  const parts = Array.from({ length: b.between(1, 3) }, () => b.companion(map, false));
  const channels = parts.reduce((sum, part) => sum + part.channels, 0);
  if (channels > 128) return;
  const names = parts.map((part) => part.name);
  b.maps.push({ ...map, name: b.node("Concat", names, { axis: { int: b.pick([1, -3]) } }), channels });
}

export const CHANNELS: Readonly<Record<string, Block>> = { sliced, split, shuffled, matrix, concatenation };
