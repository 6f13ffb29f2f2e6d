import { describe, it } from "vitest";
import { bowl, chunksOf, kernelOptions, noise } from "../../../test/support/kernel/fixtures.ts";
import { fc } from "../../../test/support/property.ts";
import type { Raster } from "../image/raster.ts";
import { createKernel } from "./kernel.ts";
import type { SearchSettings } from "./search-settings.ts";

interface Run {
  readonly image: Raster;
  readonly settings: SearchSettings;
  readonly pixels: number;
  readonly budget?: number;
  readonly seed?: number;
  readonly limits?: readonly number[];
}

/** All candidates of a search, in the order in which they were asked. */
function candidatesOf({
  image,
  settings,
  pixels,
  budget = 20_000,
  seed = 1,
  limits = [64],
}: Run): number[][] {
  const kernel = createKernel(kernelOptions({ image, pixels, budget, search: settings }));
  kernel.begin(seed);
  return [...chunksOf(kernel, bowl(image), limits)].flatMap(({ candidates }) => candidates);
}

function levelsOf(colour: number, channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => (colour >> (8 * (channels - 1 - c))) & 255);
}

const imageArbitrary = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    channels: fc.constantFrom<1 | 3>(1, 3),
    seed: fc.nat(),
  })
  .map(({ width, height, channels, seed }) => noise(width, height, channels, seed));

const settingsArbitrary = fc.constantFrom<SearchSettings>(
  { search: "random" },
  { search: "sparse-rs", alpha: 0.3 },
);

describe("searches at random", () => {
  it("ask different positions inside the image, 8-bit or corner colours, and nothing twice", ({ expect }) => {
    fc.assert(
      fc.property(imageArbitrary, settingsArbitrary, fc.nat(), fc.nat(), (image, settings, most, seed) => {
        const positions = image.width * image.height;
        const pixels = 1 + (most % Math.min(positions, 12));
        const asked = candidatesOf({ image, settings, pixels, budget: 200, seed });
        expect(asked.length).toBeGreaterThan(0);
        expect(new Set(asked.map(String)).size).toBe(asked.length);
        for (const encoded of asked) {
          for (let i = 0; i < encoded.length; i += 2) {
            expect(encoded[i]).toBeLessThan(positions);
            if (i > 0) expect(encoded[i]).toBeGreaterThan(encoded[i - 2]!);
            expect(encoded[i + 1]).toBeLessThan(2 ** (8 * image.channels));
            if (settings.search === "random") continue;
            for (const level of levelsOf(encoded[i + 1]!, image.channels)) expect([0, 255]).toContain(level);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it.for<[string, SearchSettings]>([
    ["random", { search: "random" }],
    ["sparse-rs", { search: "sparse-rs", alpha: 0.3 }],
    ["corners", { search: "corners" }],
  ])("%s repeats itself from the same seed, whatever the chunk", ([, settings], { expect }) => {
    const run = {
      image: noise(16, 16, 3),
      settings,
      pixels: settings.search === "corners" ? 1 : 3,
      budget: 500,
    };
    const whole = candidatesOf(run);
    expect(whole.length).toBe(500);
    for (const limits of [[1], [5, 16, 3]]) expect(candidatesOf({ ...run, limits })).toEqual(whole);
    const other = candidatesOf({ ...run, seed: 2 });
    // The corner scan draws nothing.
    if (settings.search === "corners") expect(other).toEqual(whole);
    else expect(other).not.toEqual(whole);
  });

  it("spreads random candidates evenly over positions and colours", ({ expect }) => {
    const image = noise(8, 8, 3);
    const settings: SearchSettings = { search: "random" };
    const asked = candidatesOf({ image, settings, pixels: 2, budget: 16_000 });
    const counts = new Array<number>(64).fill(0);
    const levels = [0, 0, 0];
    for (const encoded of asked) {
      for (const i of [0, 2]) {
        counts[encoded[i]!]!++;
        for (const [c, level] of levelsOf(encoded[i + 1]!, 3).entries()) levels[c]! += level;
      }
    }
    // 500 expected at each position; 6 standard deviations are 132.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(132);
    for (const level of levels) expect(Math.abs(level / 32_000 - 127.5)).toBeLessThan(3);
  });
});

describe("corner scan", () => {
  it("asks each pixel × corner colour exactly once", ({ expect }) => {
    fc.assert(
      fc.property(imageArbitrary, (image) => {
        const asked = candidatesOf({ image, settings: { search: "corners" }, pixels: 1 });
        const expected: string[] = [];
        for (let position = 0; position < image.width * image.height; position++) {
          for (let corner = 0; corner < 2 ** image.channels; corner++) {
            const bits = corner.toString(2).padStart(image.channels, "0");
            expected.push(
              String([position, Number.parseInt(bits.replaceAll("1", "ff").replaceAll("0", "00"), 16)]),
            );
          }
        }
        expect(asked.map(String).sort()).toEqual(expected.sort());
      }),
      { numRuns: 40 },
    );
  });

  it("does so whatever the losses, infinite ones and equal ones too", ({ expect }) => {
    const image = noise(7, 5, 3);
    for (const loss of [
      () => 0,
      (n: number) => (n % 3 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY),
    ]) {
      const kernel = createKernel(kernelOptions({ image, search: { search: "corners" } }));
      kernel.begin(1);
      const asked = [...chunksOf(kernel, (encoded) => loss(encoded[0]!), [64])].flatMap(
        (chunk) => chunk.candidates,
      );
      expect(new Set(asked.map(String)).size).toBe(7 * 5 * 8);
      expect(asked.length).toBe(7 * 5 * 8);
    }
  });

  it("finds a low spot long before a blind scan would", ({ expect }) => {
    const image = noise(32, 32, 3);
    const loss = bowl(image);
    const lowest = Math.min(...candidatesOf({ image, settings: { search: "corners" }, pixels: 1 }).map(loss));
    const first = candidatesOf({ image, settings: { search: "corners" }, pixels: 1, budget: 250 });
    expect(Math.min(...first.map(loss))).toBe(lowest);
  });
});
