import { describe, it } from "vitest";
import { kernelModule } from "../../../test/support/kernel/fixtures.ts";
import { pcg32 } from "../../../test/support/kernel/reference-random.ts";

interface RandomExports {
  seedRandom(seed: bigint, sequence: bigint): void;
  randomWord(): number;
  randomBelow(bound: number): number;
  randomUniform(): number;
  randomNormal(): number;
  naturalLogarithm(x: number): number;
}

function generator(): RandomExports {
  return new WebAssembly.Instance(kernelModule).exports as unknown as RandomExports;
}

describe("random", () => {
  it("gives PCG32's published words for seed 42, sequence 54", ({ expect }) => {
    const random = generator();
    random.seedRandom(42n, 54n);
    const words = Array.from({ length: 6 }, () => random.randomWord() >>> 0);
    expect(words).toEqual([0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e]);
  });

  it.for([0n, 1n, 42n, 2n ** 53n - 1n])(
    "agrees with the reference bit for bit from seed %s",
    (seed, { expect }) => {
      const random = generator();
      random.seedRandom(seed, 54n);
      const reference = pcg32(seed, 54n);
      for (let i = 0; i < 500; i++) {
        expect(random.randomWord() >>> 0).toBe(reference.word());
        expect(random.randomBelow(3 + i * 8_589_933) >>> 0).toBe(reference.below(3 + i * 8_589_933));
        expect(random.randomUniform()).toBe(reference.uniform());
        expect(random.randomNormal()).toBe(reference.normal());
      }
    },
  );

  it("keeps the logarithm within 2⁻⁵⁰ of Math.log's", ({ expect }) => {
    const { naturalLogarithm } = generator();
    const reference = pcg32(5n, 1n);
    let worst = 0;
    for (let i = 0; i < 20_000; i++) {
      const x = reference.uniform() ** (1 + (i % 20));
      if (x > 0) worst = Math.max(worst, Math.abs(naturalLogarithm(x) / Math.log(x) - 1));
    }
    expect(worst).toBeLessThan(2 ** -50);
    expect(worst).toBeGreaterThan(0);
  });

  it("draws normal deviates with mean 0 and deviation 1", ({ expect }) => {
    const random = generator();
    random.seedRandom(7n, 54n);
    const n = 40_000;
    let sum = 0;
    let squares = 0;
    let within = 0;
    for (let i = 0; i < n; i++) {
      const deviate = random.randomNormal();
      sum += deviate;
      squares += deviate * deviate;
      if (Math.abs(deviate) < 1) within++;
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.02);
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.03);
    expect(Math.abs(within / n - 0.6827)).toBeLessThan(0.01);
  });
});
