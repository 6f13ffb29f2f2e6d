import { expect, test, vi } from "vitest";
import { kernelModule, noise } from "../../../test/support/kernel/fixtures.ts";
import { pcg32 } from "../../../test/support/kernel/reference-random.ts";
import { fc } from "../../../test/support/property.ts";
import { candidateOf, interfaceOf } from "../../../test/support/random-inference.ts";
import { buildNetwork, recipes } from "../../../test/support/random-network.ts";
import { nodeRegistry } from "../../node/services.ts";
import { createInference } from "../kernel/inference.ts";
import { instantiate } from "../kernel/instance.ts";
import { compilePlan } from "./compile.ts";
import type { Touched } from "./layout/touched.ts";

// Random networks are too small to be bound by their weights, so that the lanes are chosen at random here too.
const chosen = vi.hoisted(() => ({ seed: 0 }));
vi.mock(import("./layout/lanes.ts"), async (original) => ({
  ...(await original()),
  lanesOf: ({ length }: readonly Touched[]) => ({
    count: 2 + (chosen.seed % 3),
    first: 1 + (chosen.seed % (length - 1)),
  }),
}));

test("candidates side by side in random networks have the bits of full passes, wherever the joint steps begin", {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      chosen.seed = recipe.seed;
      const format = interfaceOf(recipe);
      const compiled = compilePlan(buildNetwork(recipe), format);
      if ("unsupported" in compiled) throw new Error(compiled.unsupported);
      const { plan } = compiled;
      const image = noise(recipe.width, recipe.height, recipe.channels, recipe.seed);
      const open = (raster = image) =>
        createInference(instantiate(kernelModule), plan, raster, format.input, 5);
      const inference = open();
      const random = pcg32(BigInt(recipe.seed), 5n);
      const all = Array.from({ length: 12 }, () => candidateOf(image, random));
      for (const [pixels, candidates] of Map.groupBy(all, ({ encoded }) => encoded.length / 2)) {
        const encoded = Uint32Array.from(candidates.flatMap((candidate) => [...candidate.encoded]));
        const expected = candidates.flatMap(({ changed }) => [...open(changed).clean]);
        const actual = inference.query({ count: candidates.length, pixels, encoded });
        expect(actual).toEqual(Float32Array.from(expected));
      }
    }),
    { numRuns: 200 },
  );
});

test("more positions side by side than a batch holds have the bits of full passes", async () => {
  const classifier = nodeRegistry().get("cifar10-resnet8")!;
  const { input } = classifier.manifest;
  const image = noise(32, 32, 3);
  const pixels = 40;
  const random = pcg32(3n, 5n);
  const candidates = Array.from({ length: 4 }, () => {
    const encoded = new Uint32Array(pixels * 2);
    const data = image.data.slice();
    for (let i = 0; i < pixels; i++) {
      const position = i * 25 + random.below(25);
      const colour = random.below(1 << 24);
      encoded.set([position, colour], i * 2);
      data.set([colour >> 16, (colour >> 8) & 255, colour & 255], position * 3);
    }
    return { encoded, changed: { ...image, data } };
  });
  const encoded = Uint32Array.from(candidates.flatMap((candidate) => [...candidate.encoded]));
  for (chosen.seed = 2; chosen.seed < 15; chosen.seed += 3) {
    const compiled = compilePlan(new Uint8Array(await classifier.onnx()), classifier.manifest);
    if ("unsupported" in compiled) throw new Error(compiled.unsupported);
    const { plan } = compiled;
    expect(plan.room(pixels).lanes).toBe(4);
    const open = (raster = image) => createInference(instantiate(kernelModule), plan, raster, input, pixels);
    const expected = candidates.flatMap(({ changed }) => [...open(changed).clean]);
    const actual = open().query({ count: candidates.length, pixels, encoded });
    expect(actual).toEqual(Float32Array.from(expected));
  }
});
