/** Activations, each a block of its own. */
import type { OnnxAttribute } from "../onnx-writer.ts";
import type { Block, Builder } from "./builder.ts";

/** The versions of ONNX that brought a block's operator. */
const SINCE: Readonly<Record<string, number>> = { HardSwish: 14, Gelu: 20, tanhGelu: 20 };

const PLAIN = ["Relu", "LeakyRelu", "Sigmoid", "Identity", "Dropout", "Tanh", "Elu", "Neg", "Gelu"];

function activation(b: Builder, op: string, attributes: Record<string, OnnxAttribute> = {}): void {
  const map = b.source();
  b.like(map, op, [map.name], attributes);
}

/** Both ends of a gate, which are at −3 and 3 or nearer, are passed. */
function gate(b: Builder, op: string): void {
  const map = b.source();
  b.like(map, "Mul", [map.name, b.floats([], 0, 4)]);
  activation(b, op, op === "HardSigmoid" && b.chance() ? { alpha: { float: 0.13 } } : {});
}

const special: Record<string, Block> = {
  HardSwish: (b) => gate(b, "HardSwish"),
  HardSigmoid: (b) => gate(b, "HardSigmoid"),
  LeakyRelu: (b) => activation(b, "LeakyRelu", { alpha: { float: 0.13 } }),
  Cast: (b) => activation(b, "Cast", { to: { int: 1 } }),
  tanhGelu: (b) => activation(b, "Gelu", { approximate: { string: "tanh" } }),
  PRelu: (b) => {
    const map = b.source();
    b.like(map, "PRelu", [map.name, b.floats([1], 0.1, 0.2)]);
  },
  // Of a clear yes or no, since rounding decides about the rest.
  Sign: (b) => {
    const map = b.source();
    b.like(map, "Sign", [b.node("Relu", [map.name])]);
  },
};

export const ACTIVATIONS: Readonly<Record<string, Block>> = {
  ...Object.fromEntries(PLAIN.map((op): [string, Block] => [op, (b) => activation(b, op)])),
  ...special,
};

/** The least version of ONNX that has all of these blocks. */
export function sinceOf(blocks: readonly string[]): number {
  return Math.max(0, ...blocks.map((block) => SINCE[block] ?? 0));
}
