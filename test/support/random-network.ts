/** Small networks at random, out of every operator that the plan compiler knows. */
import { ACTIVATIONS, sinceOf } from "./networks/activations.ts";
import { type Block, Builder } from "./networks/builder.ts";
import { CHANNELS } from "./networks/channels.ts";
import { ELEMENTS } from "./networks/elements.ts";
import { dense, flatten } from "./networks/head.ts";
import { RESIZE } from "./networks/resize.ts";
import { WINDOWS } from "./networks/windows.ts";
import { type OnnxAttribute, writeOnnx } from "./onnx-writer.ts";
import { fc } from "./property.ts";

const BLOCKS: Readonly<Record<string, Block>> = {
  ...WINDOWS,
  ...RESIZE,
  ...CHANNELS,
  ...ELEMENTS,
  ...ACTIVATIONS,
};

/** What networks are made of: each is an operator, or a use of one. */
export const blockNames = Object.keys(BLOCKS);

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
  blocks: fc.array(fc.constantFrom(...blockNames), { minLength: 1, maxLength: 9 }),
  labels: fc.integer({ min: 2, max: 21 }),
});

/** Builds a network's ONNX file. */
export function buildNetwork(recipe: Recipe): Uint8Array {
  const { height, width, channels, layout, blocks, labels } = recipe;
  const opset = Math.max(recipe.opset, sinceOf(blocks));
  const b = new Builder(recipe.seed, opset);
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
  const dims = isLast ? [height, width, channels] : [channels, height, width];
  const onnx = writeOnnx({
    inputs: [{ name: "image", dims: ["batch", ...dims] }],
    outputs: [{ name: output, dims: ["batch", labels] }],
    initialisers: b.initialisers,
    nodes: b.nodes,
    opset,
  });
  return new Uint8Array(onnx);
}
