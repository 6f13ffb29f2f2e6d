/** Blocks that compute element by element. */
import type { Block, Builder } from "./builder.ts";

function constantArithmetic(b: Builder): void {
  const map = b.source();
  const { channels, height, width } = map;
  // Twice the division, which no other block has.
  const op = b.pick(["Add", "Sub", "Mul", "Div", "Div"]);
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

function normalisation(b: Builder): void {
  const map = b.source();
  // Without an epsilon of its own the variances are so small that the default of 1e-5 counts.
  const [unit, attributes] = b.chance() ? [1, { epsilon: { float: 0.001 } }] : [1e-5, {}];
  const statistics = [
    b.floats([map.channels], 0.2 * Math.sqrt(unit), Math.sqrt(unit)),
    ...[0.3, 0.3].map((spread) => b.floats([map.channels], spread)),
  ];
  const variance = b.floats([map.channels], 0.05 * unit, unit);
  b.like(map, "BatchNormalization", [map.name, ...statistics, variance], attributes);
}

/** Two maps of one size. */
function combination(b: Builder): void {
  const map = b.source();
  const other = b.companion(map, true);
  const op = b.pick(["Add", "Sub", "Mul"]);
  const second = op === "Mul" ? b.node("Sigmoid", [other.name]) : other.name;
  b.like(map, op, [map.name, second]);
}

function clip(b: Builder): void {
  const map = b.source();
  const limits = { min: -0.4, max: 0.9 };
  if (b.opset < 11) {
    b.like(map, "Clip", [map.name], { min: { float: limits.min }, max: { float: limits.max } });
  } else {
    const lower = b.chance() ? "" : b.initialise({ name: "", dims: [], data: Float32Array.of(limits.min) });
    const upper = b.initialise({ name: "", dims: [], data: Float32Array.of(limits.max) });
    b.like(map, "Clip", [map.name, lower, upper]);
  }
}

export const ELEMENTS: Readonly<Record<string, Block>> = {
  constantArithmetic,
  composed,
  squeezeAndExcite,
  transposed,
  normalisation,
  combination,
  clip,
};
