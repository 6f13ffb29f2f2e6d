import { describe, it } from "vitest";
import { bowl, chunksOf, kernelOptions, noise, paper } from "../../../test/support/kernel/fixtures.ts";
import { type ReferenceOptions, referenceDe } from "../../../test/support/kernel/reference-de.ts";
import { fc } from "../../../test/support/property.ts";
import { createKernel } from "./kernel.ts";
import type { DeSettings } from "./search-settings.ts";

const keyOf = (encoded: readonly number[]) => encoded.join(" ");

/** After so many generations in a row that proposed nothing new, the population has converged. */
const STALE_GENERATIONS = 50;

/** The reference's candidates, generation by generation, without those that were there before. */
function* newOfReference(options: ReferenceOptions, budget: number) {
  const seen = new Set<string>();
  let generation = 0;
  let stale = 0;
  for (const { candidates } of referenceDe(options)) {
    const fresh: (readonly number[])[] = [];
    for (const candidate of candidates) {
      if (seen.size === budget || seen.has(keyOf(candidate))) continue;
      seen.add(keyOf(candidate));
      fresh.push(candidate);
    }
    if (fresh.length > 0) yield { generation, candidates: fresh };
    stale = fresh.length > 0 ? 0 : stale + 1;
    if (seen.size === budget) return "budget";
    if (stale === STALE_GENERATIONS) return "converged";
    generation++;
  }
  return "budget";
}

/** The kernel's candidates, chunks of one generation joined. */
function byGeneration(chunks: Iterable<{ generation: number; candidates: number[][] }>) {
  const generations = new Map<number, number[][]>();
  for (const { generation, candidates } of chunks) {
    generations.set(generation, [...(generations.get(generation) ?? []), ...candidates]);
  }
  return [...generations].map(([generation, candidates]) => ({ generation, candidates }));
}

interface Case {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: number;
  readonly settings: DeSettings;
  readonly seed: number;
  readonly limits: readonly number[];
  readonly budget: number;
}

/** What a search asks and how it ends, and what its reference does. */
function bothRuns({ width, height, channels, pixels, settings, seed, limits, budget }: Case) {
  const image = noise(width, height, channels);
  const loss = bowl(image);
  const kernel = createKernel(kernelOptions({ image, pixels, budget, search: settings }));
  kernel.begin(seed);
  const asked = byGeneration(chunksOf(kernel, loss, limits));
  const reference = newOfReference({ width, height, channels, pixels, settings, seed, loss }, budget);
  const expected: unknown[] = [];
  let next = reference.next();
  for (; !next.done; next = reference.next()) expected.push(next.value);
  return { asked: [...asked, kernel.ending], expected: [...expected, next.value] };
}

const settingsArbitrary = fc
  .record({
    strategy: fc.constantFrom("rand1", "best1", "currentToBest1"),
    population: fc.integer({ min: 4, max: 24 }),
    generations: fc.integer({ min: 0, max: 12 }),
    factors: fc.tuple(fc.double({ min: 0, max: 2, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true })),
    crossover: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    start: fc.constantFrom("normal", "uniform"),
    colours: fc.constantFrom("full", "corners"),
  })
  .map(
    ({ factors, ...rest }): DeSettings => ({
      search: "de",
      mutationFactor: [Math.min(...factors), Math.max(...factors)],
      ...rest,
    }),
  );

const caseArbitrary: fc.Arbitrary<Case> = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    channels: fc.constantFrom(1, 3),
    pixels: fc.integer({ min: 1, max: 9 }),
    settings: settingsArbitrary,
    seed: fc.nat(),
    limits: fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 4 }),
    budget: fc.integer({ min: 1, max: 400 }),
  })
  .map((drawn) => ({ ...drawn, pixels: Math.min(drawn.pixels, drawn.width * drawn.height) }));

describe("differential evolution", () => {
  describe.each([1, 3, 5, 273])("with %i changed pixels", (pixels) => {
    it.for([1, 2, 3, 4, 5, 6, 7, 8])("is the paper's, bit for bit, from seed %i", (seed, { expect }) => {
      const settings = { ...paper, population: pixels > 5 ? 12 : 60, generations: pixels > 5 ? 6 : 30 };
      const { asked, expected } = bothRuns({
        width: 32,
        height: 32,
        channels: seed % 2 === 0 ? 1 : 3,
        pixels,
        settings,
        seed,
        limits: [64],
        budget: 40_400,
      });
      expect(asked).toEqual(expected);
      expect(asked.length).toBeGreaterThan(5);
    });
  });

  it("follows the reference with the paper's population and budget", ({ expect }) => {
    const { asked, expected } = bothRuns({
      width: 32,
      height: 32,
      channels: 3,
      pixels: 1,
      settings: paper,
      seed: 1,
      limits: [64],
      budget: 40_400,
    });
    expect(asked).toEqual(expected);
  });

  it("follows the reference whatever the settings, image and chunks", ({ expect }) => {
    fc.assert(
      fc.property(caseArbitrary, (drawn) => {
        const { asked, expected } = bothRuns(drawn);
        expect(asked).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("follows the reference through long stretches without anything new, to the end", ({ expect }) => {
    const small = fc.record({
      width: fc.integer({ min: 1, max: 4 }),
      height: fc.integer({ min: 1, max: 4 }),
      settings: settingsArbitrary.map((settings) => ({
        ...settings,
        generations: 600,
        colours: "corners" as const,
      })),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(small, (drawn) => {
        const { asked, expected } = bothRuns({ ...drawn, channels: 3, pixels: 1, limits: [7], budget: 400 });
        expect(asked).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps positions in the image, colours in 8 bits, and asks nothing twice", ({ expect }) => {
    fc.assert(
      fc.property(caseArbitrary, ({ width, height, channels, pixels, settings, seed, limits, budget }) => {
        const image = noise(width, height, channels);
        const kernel = createKernel(kernelOptions({ image, pixels, budget, search: settings }));
        kernel.begin(seed);
        const seen = new Set<string>();
        let asked = 0;
        for (const { candidates } of chunksOf(kernel, bowl(image), limits)) {
          for (const encoded of candidates) {
            asked++;
            seen.add(keyOf(encoded));
            for (let i = 0; i < encoded.length; i += 2) {
              expect(encoded[i]).toBeLessThan(width * height);
              expect(encoded[i + 1]).toBeLessThan(2 ** (8 * channels));
              if (i > 0) expect(encoded[i]).toBeGreaterThanOrEqual(encoded[i - 2]!);
              if (settings.colours === "corners") {
                for (let bits = encoded[i + 1]!, c = 0; c < channels; c++, bits >>= 8) {
                  expect([0, 255]).toContain(bits & 255);
                }
              }
            }
          }
        }
        expect(seen.size).toBe(asked);
        expect(asked).toBeLessThanOrEqual(budget);
      }),
      { numRuns: 100 },
    );
  });

  it("in the reference, never lets a member get worse", ({ expect }) => {
    fc.assert(
      fc.property(caseArbitrary, ({ width, height, channels, pixels, settings, seed }) => {
        const loss = bowl(noise(width, height, channels));
        let before: readonly number[] | null = null;
        for (const { losses } of referenceDe({ width, height, channels, pixels, settings, seed, loss })) {
          if (before)
            for (const [i, value] of losses.entries()) expect(value).toBeLessThanOrEqual(before[i]!);
          before = losses;
        }
      }),
      { numRuns: 50 },
    );
  });

  it("asks the same candidates whatever the chunk", ({ expect }) => {
    const run = (limit: number) => {
      const options = kernelOptions({ pixels: 3, chunk: 100, search: { ...paper, generations: 8 } });
      const kernel = createKernel(options);
      kernel.begin(9);
      return byGeneration(chunksOf(kernel, bowl(options.image), [limit]));
    };
    const whole = run(100);
    expect(whole.length).toBe(9);
    for (const limit of [1, 7, 64]) expect(run(limit)).toEqual(whole);
  });

  it("ends when the population has converged, without asking forever", ({ expect }) => {
    const image = noise(4, 4, 1);
    const search = { ...paper, population: 20, generations: 1_000_000, colours: "corners" as const };
    const kernel = createKernel(kernelOptions({ image, search }));
    kernel.begin(1);
    let asked = 0;
    for (const { candidates } of chunksOf(kernel, bowl(image), [64])) asked += candidates.length;
    expect(asked).toBeLessThanOrEqual(4 * 4 * 2);
    expect(kernel.ask(64).count).toBe(0);
  });
});
