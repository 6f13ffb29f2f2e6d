import { describe, it } from "vitest";
import { bowl, chunksOf, kernelOptions, listed, noise } from "../../../test/support/kernel/fixtures.ts";
import { fc } from "../../../test/support/property.ts";
import type { Raster } from "../image/raster.ts";
import { createKernel } from "./kernel.ts";
import type { SearchSettings } from "./search-settings.ts";

interface Run {
  readonly image: Raster;
  readonly pixels: number;
  readonly budget: number;
  readonly seed?: number;
  readonly limits?: readonly number[];
  readonly search?: SearchSettings;
}

const guided: SearchSettings = { search: "guided" };

/** All candidates of a search, in the order in which they were asked. */
function candidatesOf({ image, pixels, budget, seed = 1, limits = [16], search = guided }: Run): number[][] {
  const kernel = createKernel(kernelOptions({ image, pixels, budget, search: search }));
  kernel.begin(seed);
  return [...chunksOf(kernel, bowl(image), limits)].flatMap(({ candidates }) => candidates);
}

/** The changed pixels of a candidate, each once, as `position:colour`. */
function spots(encoded: readonly number[]): Set<string> {
  return new Set(
    Array.from({ length: encoded.length / 2 }, (_, i) => `${encoded[2 * i]}:${encoded[2 * i + 1]}`),
  );
}

describe("guided search", () => {
  it("asks sets of corner-coloured pixels inside the image, and nothing twice", ({ expect }) => {
    const images = fc.record({
      width: fc.integer({ min: 1, max: 12 }),
      height: fc.integer({ min: 1, max: 12 }),
      channels: fc.constantFrom<1 | 3>(1, 3),
    });
    fc.assert(
      fc.property(images, fc.nat(), fc.nat(), ({ width, height, channels }, most, seed) => {
        const positions = width * height;
        const pixels = 1 + (most % Math.min(positions, 12));
        const image = noise(width, height, channels, seed);
        const asked = candidatesOf({ image, pixels, budget: 300, seed });
        expect(asked.length).toBeGreaterThan(0);
        expect(new Set(asked.map(String)).size).toBe(asked.length);
        for (const encoded of asked) {
          expect(spots(encoded).size).toBeLessThanOrEqual(pixels);
          for (let i = 0; i < encoded.length; i += 2) {
            expect(encoded[i]).toBeLessThan(positions);
            for (let shift = 0; shift < 8 * channels; shift += 8) {
              expect([0, 255]).toContain((encoded[i + 1]! >> shift) & 255);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("builds the set pixel by pixel, then changes one pixel at a time", ({ expect }) => {
    const image = noise(32, 32, 3);
    const landscape = bowl(image);
    // Without ties: an equal set that is known already would be taken without a query.
    const loss = (encoded: readonly number[]) =>
      landscape(encoded) + encoded.reduce((sum, word, i) => (sum * 31 + word * (i + 1)) % 99_991, 7) / 1e6;
    const pixels = 4;
    const kernel = createKernel(kernelOptions({ image, pixels, budget: 3000, search: guided }));
    kernel.begin(3);
    let best = { spots: new Set<string>(), loss: Number.POSITIVE_INFINITY };
    const sizes: number[] = [];
    for (let query = 0; query < 3000; query++) {
      const chunk = kernel.ask(16);
      expect(chunk.count).toBe(1);
      const encoded = listed(chunk)[0]!;
      const now = spots(encoded);
      sizes.push(now.size);
      const told = loss(encoded);
      // 16 + 40 trials for the first pixel, 40 for each other.
      if (query >= 56 + 3 * 40) {
        expect(now.size).toBe(pixels);
        expect([...now].filter((spot) => !best.spots.has(spot)).length).toBe(1);
      }
      const isBetter = query < 56 + 3 * 40 ? told < best.loss : told <= best.loss;
      if (isBetter || now.size > best.spots.size) best = { spots: now, loss: told };
      kernel.tell([told]);
    }
    expect(sizes.slice(0, 56)).toEqual(new Array(56).fill(1));
    expect(sizes.slice(56, 176)).toEqual([2, 3, 4].flatMap((size) => new Array(40).fill(size)));
  });

  it("comes lower than sparse-rs with the same budget", ({ expect }) => {
    const image = noise(32, 32, 3);
    const loss = bowl(image);
    const lowest = (search: SearchSettings, seed: number) =>
      Math.min(...candidatesOf({ image, pixels: 5, budget: 600, seed, search }).map(loss));
    for (const seed of [1, 2, 3]) {
      expect(lowest(guided, seed)).toBeLessThan(lowest({ search: "sparse-rs", alpha: 0.3 }, seed));
    }
  });

  it("repeats itself from the same seed, whatever the chunk", ({ expect }) => {
    const run = { image: noise(16, 16, 3), pixels: 3, budget: 600 };
    const whole = candidatesOf(run);
    expect(whole.length).toBe(600);
    for (const limits of [[1], [5, 16, 3]]) expect(candidatesOf({ ...run, limits })).toEqual(whole);
    expect(candidatesOf({ ...run, seed: 2 })).not.toEqual(whole);
  });

  it("ends where there is nothing new, and takes images that its set fills", ({ expect }) => {
    const full = candidatesOf({ image: noise(3, 2, 1), pixels: 6, budget: 1000 });
    // The set that stands at last, and each pixel of it in the other colour: nothing else is one change away.
    expect(full.filter((encoded) => spots(encoded).size === 6).length).toBe(1 + 6);
    const single = candidatesOf({ image: noise(3, 2, 1), pixels: 1, budget: 1000 });
    expect(single.length).toBe(12);
  });

  it("spends at most a quarter of the budget on building a large set", ({ expect }) => {
    const image = noise(32, 32, 3);
    const asked = candidatesOf({ image, pixels: 100, budget: 2000 });
    const built = asked.findIndex((encoded) => spots(encoded).size === 100);
    expect(built).toBeLessThan(2000 / 4 + 16);
  });
});
