/** A sample of `npm run bench:agreement`: the same check on small networks, for which nothing needs to be downloaded. */
import { expect, test } from "vitest";
import { agreementOf, MOST_DIFFERENCE } from "../bench/agreement/check.ts";
import { imagesFor } from "../bench/models.ts";
import { createClassifier } from "../src/core/model/classifier.ts";
import { modelInMemory } from "../src/core/model/entry.ts";
import { nodeRuntime } from "../src/node/models.ts";
import { kernelModule } from "../src/node/services.ts";
import { initCodecsInNode } from "./support/codecs.ts";
import { interfaceOf } from "./support/random-inference.ts";
import { buildNetwork, type Recipe } from "./support/random-network.ts";

initCodecsInNode();
const runtime = nodeRuntime();

const networks: readonly (readonly string[])[] = [
  ["convolution", "Relu", "depthwise", "HardSwish", "squeezeAndExcite", "convolution"],
  ["convolution", "normalisation", "Relu", "maxPool", "grouped", "combination", "Relu"],
  ["grouped", "tanhGelu", "shuffled", "split", "concatenation", "dilated"],
  ["padded", "convolution", "Sigmoid", "averagePool", "transposed", "matrix", "Gelu"],
];

function classifierOf(blocks: readonly string[], seed: number) {
  const recipe: Recipe = {
    seed,
    height: 24,
    width: 20,
    channels: seed % 2 ? 3 : 1,
    layout: "NCHW",
    output: "logits",
    opset: 17,
    blocks,
    labels: 10,
  };
  const manifest = { id: blocks.join(" "), title: "made for this test", ...interfaceOf(recipe) };
  const onnx = buildNetwork(recipe).buffer as ArrayBuffer;
  return createClassifier(modelInMemory(manifest, onnx, ""), runtime);
}

test.each(networks.map((blocks, i) => [blocks.join(", "), i + 1] as const))(
  "a network of %s agrees with onnxruntime, and to the bit with its own full pass",
  async (blocks, seed) => {
    const classifier = classifierOf(blocks.split(", "), seed);
    const compiled = await classifier.compile();
    if ("unsupported" in compiled) throw new Error(compiled.unsupported);
    const images = imagesFor(classifier, 2);
    const found = await agreementOf(classifier, compiled.plan, kernelModule(), images, 12);
    expect(found).toEqual({ difference: expect.any(Number), candidates: 96, unequal: 0 });
    expect(found.difference).toBeLessThanOrEqual(MOST_DIFFERENCE);
  },
);

test("a plan of other weights does not agree", async () => {
  const [blocks] = networks;
  const [right, wrong] = [classifierOf(blocks!, 1), classifierOf(blocks!, 3)];
  const compiled = await wrong.compile();
  if ("unsupported" in compiled) throw new Error(compiled.unsupported);
  const found = await agreementOf(right, compiled.plan, kernelModule(), imagesFor(right, 1), 1);
  expect(found.difference).toBeGreaterThan(MOST_DIFFERENCE);
});
