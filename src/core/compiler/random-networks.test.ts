import { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { expect, test } from "vitest";
import { kernelModule, noise } from "../../../test/support/kernel/fixtures.ts";
import { pcg32 } from "../../../test/support/kernel/reference-random.ts";
import { fc } from "../../../test/support/property.ts";
import { candidateOf, interfaceOf } from "../../../test/support/random-inference.ts";
import { blockNames, buildNetwork, recipes } from "../../../test/support/random-network.ts";
import { nodeRuntime } from "../../node/models.ts";
import type { Raster } from "../image/raster.ts";
import { createInference } from "../kernel/inference.ts";
import { instantiate } from "../kernel/instance.ts";
import { softmax } from "../model/softmax.ts";
import { renderTensor } from "../model/tensor.ts";
import { readGraph } from "../onnx/read.ts";
import { compilePlan } from "./compile.ts";
import { OPERATORS } from "./operators/operators.ts";
import { withPatterns } from "./patterns.ts";

/** How many networks; ONEPIXEL_NETWORKS sets another number, for a longer run. */
const NETWORKS = Number(process.env.ONEPIXEL_NETWORKS ?? 200);
const QUERIES = 4;

const runtime = nodeRuntime();

/** What onnxruntime-web says to an image. */
async function referenceOf(onnx: Uint8Array, format: ReturnType<typeof interfaceOf>) {
  await runtime.start();
  // Not by runtime.open(): it would print a warning for every constant that onnxruntime folds.
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 3 });
  const { width, height, channels, layout } = format.input;
  const dims = layout === "NCHW" ? [1, channels, height, width] : [1, height, width, channels];
  return {
    release: () => session.release(),
    async classify(image: Raster): Promise<Float32Array> {
      const tensor = new Tensor("float32", renderTensor(image, format.input), dims);
      const answers = await runtime.exclusive(() => session.run({ image: tensor }));
      const probabilities = Float32Array.from(answers[session.outputNames[0]!]!.data as Float32Array);
      if (format.output === "logits") softmax(probabilities, probabilities.length);
      return probabilities;
    },
  };
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, probability] of actual.entries()) {
    expect(Math.abs(probability - expected[i]!)).toBeLessThanOrEqual(1e-5);
  }
}

test("networks at random agree with onnxruntime-web, and with themselves bit for bit", {
  timeout: NETWORKS * 600,
}, async () => {
  const seen = new Map([...OPERATORS.keys(), ...blockNames].map((name) => [name, 0]));
  await fc.assert(
    fc.asyncProperty(recipes, async (recipe) => {
      const format = interfaceOf(recipe);
      const onnx = buildNetwork(recipe);
      const compiled = compilePlan(onnx, format);
      if ("unsupported" in compiled) throw new Error(compiled.unsupported);
      // Some activations are written as several nodes, which the compiler puts together.
      const operators = withPatterns(readGraph(onnx)).map(({ operator }) => operator);
      for (const operator of new Set([...operators, ...recipe.blocks]))
        seen.set(operator, (seen.get(operator) ?? 0) + 1);
      const infer = (image: Raster) =>
        createInference(instantiate(kernelModule), compiled.plan, image, format.input, 5);

      const image = noise(recipe.width, recipe.height, recipe.channels, recipe.seed);
      const reference = await referenceOf(onnx, format);
      const inference = infer(image);
      expectClose(inference.clean, await reference.classify(image));
      const random = pcg32(BigInt(recipe.seed), 5n);
      for (let i = 0; i < QUERIES; i++) {
        const { encoded, changed } = candidateOf(image, random);
        const actual = inference.query({ count: 1, pixels: encoded.length / 2, encoded });
        expect(actual).toEqual(infer(changed).clean);
        expectClose(actual, await reference.classify(changed));
      }
      await reference.release();
    }),
    { numRuns: NETWORKS },
  );
  // Each of them in several networks, or the test would prove less than it says.
  for (const [name, count] of seen) expect(`${name} ${Math.min(count, 5)}`).toBe(`${name} 5`);
});
