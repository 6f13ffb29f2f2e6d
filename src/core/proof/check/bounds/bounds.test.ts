/** The checker's network and bounds beside onnxruntime-web, on networks at random. */
import { expect, test } from "vitest";
import { noise } from "../../../../../test/support/kernel/fixtures.ts";
import { type Generator, pcg32 } from "../../../../../test/support/kernel/reference-random.ts";
import { networkScores } from "../../../../../test/support/network-scores.ts";
import { fc } from "../../../../../test/support/property.ts";
import { interfaceOf } from "../../../../../test/support/random-inference.ts";
import { buildNetwork, type Recipe, recipes } from "../../../../../test/support/random-network.ts";
import type { Raster } from "../../../image/raster.ts";
import { readGraph } from "../../../onnx/read.ts";
import { OPERATORS, readNetwork } from "../network/read-network.ts";
import { Refused } from "../refused.ts";
import { type Box, createBounds } from "./bounds.ts";

/** How many networks; ONEPIXEL_NETWORKS sets another number, for a longer run. */
const NETWORKS = Number(process.env.ONEPIXEL_NETWORKS ?? 250);
const BOXES = 4;
const COLOURS = 4;
const ANALYSES = ["fast", "half", "fine"] as const;

/** What the generator's blocks are made of that the checker has. */
const BLOCKS = [
  "convolution",
  "depthwise",
  "grouped",
  "dilated",
  "maxPool",
  "averagePool",
  "padded",
  "shuffled",
]
  .concat(["matrix", "concatenation", "constantArithmetic", "transposed", "normalisation", "combination"])
  .concat([
    "clip",
    "Relu",
    "Relu",
    "LeakyRelu",
    "LeakyRelu",
    "constantArithmetic",
    "Identity",
    "Dropout",
    "Cast",
  ]);

const checkable = fc.tuple(recipes, fc.array(fc.constantFrom(...BLOCKS), { minLength: 1, maxLength: 8 }));

function boxAt(random: Generator, channels: number): Box {
  const ends = Array.from({ length: channels }, () => {
    const first = random.below(256);
    // Now and then one colour alone, and few colours more often than many.
    const width = random.below(2) === 0 ? random.below(3) : random.below(256 - first);
    return [first, Math.min(255, first + width)] as const;
  });
  return { low: ends.map(([low]) => low), high: ends.map(([, high]) => high) };
}

/** Either end or something between, in each channel. */
function colourIn({ low, high }: Box, random: Generator): number[] {
  return low.map((first, channel) => {
    const last = high[channel]!;
    return [first, last, first + random.below(last - first + 1)][random.below(3)]!;
  });
}

function withColour(image: Raster, position: number, colour: readonly number[]): Raster {
  const data = image.data.slice();
  data.set(colour, position * image.channels);
  return { ...image, data };
}

async function compare(recipe: Recipe, seen: Map<string, number>): Promise<void> {
  const { input, labels, output } = interfaceOf(recipe);
  const onnx = buildNetwork(recipe);
  let network: ReturnType<typeof readNetwork>;
  try {
    network = readNetwork(onnx, { input, labels, output });
  } catch (error) {
    // The generator gates some of its maps by a Sigmoid.
    if (error instanceof Refused && /Sigmoid|Mul/.test(error.message)) return;
    throw error;
  }
  for (const { operator } of readGraph(onnx).nodes) seen.set(operator, (seen.get(operator) ?? 0) + 1);
  const random = pcg32(BigInt(recipe.seed), 21n);
  const image = noise(recipe.width, recipe.height, recipe.channels, recipe.seed);
  // The same network without the softmax at its end.
  const reference = await networkScores(buildNetwork({ ...recipe, output: "logits" }), input);
  const bounds = createBounds(network, image, input);
  const clean = await reference.of(image);
  for (const [label, score] of bounds.scores.entries()) {
    expect(Math.abs(score - clean[label]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(score)));
  }
  for (let i = 0; i < BOXES; i++) {
    const position = random.below(recipe.width * recipe.height);
    const box = boxAt(random, recipe.channels);
    const label = random.below(labels.length);
    const other = (label + 1 + random.below(labels.length - 1)) % labels.length;
    bounds.enclose(position, box);
    const forward = bounds.forwardLead(label, other);
    const leads = ANALYSES.map((analysis) => bounds.lead(label, other, analysis));
    // Nothing stays of a box that was enclosed before.
    bounds.enclose(random.below(recipe.width * recipe.height), boxAt(random, recipe.channels));
    bounds.enclose(position, box);
    expect(bounds.forwardLead(label, other)).toBe(forward);
    expect(ANALYSES.map((analysis) => bounds.lead(label, other, analysis))).toEqual(leads);
    // What follows rounding further loses less to it, and is the same but for that.
    const [fast, half, fine] = leads.map(({ rounding }) => rounding) as [number, number, number];
    expect(half).toBeLessThanOrEqual(fast * (1 + 1e-9));
    expect(fine).toBeLessThanOrEqual(half * (1 + 1e-9));
    for (let j = 0; j < COLOURS; j++) {
      const scores = await reference.of(withColour(image, position, colourIn(box, random)));
      // As a softmax sees it, in exact arithmetic on what onnxruntime computed.
      const lead = scores[label]! - scores[other]!;
      for (const bound of [forward, ...leads.map((each) => each.bound)])
        expect(bound).toBeLessThanOrEqual(lead);
      if (box.low.some((low, channel) => low !== box.high[channel])) continue;
      // Of one colour the bound is what the network says, but for rounding.
      for (const { bound, rounding } of leads) {
        expect(bound + rounding).toBeGreaterThan(lead - 3 * rounding - 1e-4 * Math.max(1, Math.abs(lead)));
      }
    }
  }
  await reference.release();
}

test("bounds are below what onnxruntime-web computes, by every analysis", {
  timeout: NETWORKS * 600,
}, async () => {
  const seen = new Map(Object.keys(OPERATORS).map((name) => [name, 0]));
  await fc.assert(
    fc.asyncProperty(checkable, ([recipe, blocks]) =>
      compare({ ...recipe, blocks, output: recipe.seed % 3 === 0 ? "probabilities" : "logits" }, seen),
    ),
    { numRuns: NETWORKS },
  );
  for (const [name, count] of seen) expect(`${name} ${Math.min(count, 3)}`).toBe(`${name} 3`);
});
