import { describe, it } from "vitest";
import { kernelOptions, listed, noise, parting } from "../../../test/support/kernel/fixtures.ts";
import { referenceCorners } from "../../../test/support/kernel/reference-corners.ts";
import { referenceGuided } from "../../../test/support/kernel/reference-guided.ts";
import { referenceGuidedRs } from "../../../test/support/kernel/reference-guided-rs.ts";
import {
  queriesOf,
  type ReferenceOptions,
  type ReferenceSearch,
} from "../../../test/support/kernel/reference-search.ts";
import { referenceRandom, referenceSparseRs } from "../../../test/support/kernel/reference-sparse-rs.ts";
import { fc } from "../../../test/support/property.ts";
import type { Raster } from "../image/raster.ts";
import { createKernel, type Kernel } from "./kernel.ts";
import { changesOnePixelOnly, type SearchKind, type SearchSettings } from "./search-settings.ts";

interface Case {
  readonly image: Raster;
  readonly pixels: number;
  readonly seed: number;
  readonly budget: number;
  readonly limits: readonly number[];
  readonly loss: (encoded: readonly number[]) => number;
}

function referenceOf(settings: SearchSettings, options: ReferenceOptions): ReferenceSearch {
  switch (settings.search) {
    case "guided":
      return referenceGuided(options);
    case "corners":
      return referenceCorners(options);
    case "sparse-rs":
      return referenceSparseRs(options, settings.alpha);
    case "guided-rs":
      return referenceGuidedRs(options, settings);
    case "random":
      return referenceRandom(options);
    case "de":
      throw new Error("Differential evolution has a test of its own.");
  }
}

/** What the kernel asks of one search, at most so many queries. */
function askedOf(kernel: Kernel, { limits, loss }: Case, most: number): number[][] {
  const asked: number[][] = [];
  for (let turn = 0; asked.length < most; turn++) {
    const chunk = kernel.ask(Math.min(limits[turn % limits.length]!, most - asked.length));
    if (chunk.count === 0) break;
    asked.push(...listed(chunk));
    kernel.tell(listed(chunk).map(loss));
  }
  return asked;
}

/** The queries of a search, and those of its reference. */
function bothRuns(search: SearchSettings, drawn: Case) {
  const { image, pixels, seed, budget, loss } = drawn;
  const kernel = createKernel(kernelOptions({ image, pixels, budget, search }));
  kernel.begin(seed);
  const expected = queriesOf(referenceOf(search, { image, pixels, seed, budget }), loss, budget);
  return { asked: askedOf(kernel, drawn, budget), expected };
}

/** Losses from about 0.01 to 100, rough enough that hardly two are equal, with a low spot. */
function landscape({ width, channels }: Raster, roughness: number): Case["loss"] {
  return (encoded) => {
    let sum = 0;
    for (let i = 0; i < encoded.length; i += 2) {
      const [position, colour] = [encoded[i]!, encoded[i + 1]!];
      const levels = Array.from({ length: channels }, (_, c) => (colour >>> (8 * c)) & 255);
      sum += ((position % width) - 2) ** 2 + (Math.floor(position / width) - 3) ** 2;
      sum += levels.reduce((total, level, c) => total + ((c + 1) * level) / 200, 0);
      sum += (roughness * ((position * 7919 + colour * 104_729) % 1009)) / 1009;
    }
    return (0.01 + sum) / (encoded.length + 1);
  };
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    width: fc.integer({ min: 1, max: 11 }),
    height: fc.integer({ min: 1, max: 11 }),
    channels: fc.constantFrom<1 | 3>(1, 3),
    pixels: fc.integer({ min: 1, max: 8 }),
    seed: fc.nat(),
    budget: fc.integer({ min: 1, max: 700 }),
    limits: fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 3 }),
    roughness: fc.constantFrom(0, 1, 30),
  })
  .map(({ width, height, channels, pixels, seed, budget, limits, roughness }) => {
    const image = noise(width, height, channels, seed);
    const loss = landscape(image, roughness);
    return { image, pixels: Math.min(pixels, width * height), seed, budget, limits, loss };
  });

/** The settings to test each search with. */
const settingsOf: Readonly<Record<Exclude<SearchKind, "de">, readonly SearchSettings[]>> = {
  guided: [{ search: "guided" }],
  corners: [{ search: "corners" }],
  "sparse-rs": [
    { search: "sparse-rs", alpha: 0.3 },
    { search: "sparse-rs", alpha: 0.1 },
  ],
  "guided-rs": [
    { search: "guided-rs", strays: 10, anyColours: 2 },
    { search: "guided-rs", strays: 40, anyColours: 70 },
  ],
  random: [{ search: "random" }],
};
const searches = Object.values(settingsOf).flat();

describe("every search follows its reference, query by query", () => {
  it.for(searches.map((settings) => [Object.values(settings).join(", "), settings] as const))(
    "%s",
    ([, settings], { expect }) => {
      fc.assert(
        fc.property(cases, (drawn) => {
          const pixels = changesOnePixelOnly(settings.search) ? 1 : drawn.pixels;
          const { asked, expected } = bothRuns(settings, { ...drawn, pixels });
          expect(parting(asked, expected)).toBeNull();
          expect(asked.length).toBeGreaterThan(0);
        }),
        { numRuns: settings.search === "guided" ? 25 : 60 },
      );
    },
  );

  it("the guided search until it gives up", ({ expect }) => {
    const image = noise(13, 11, 3);
    const drawn = { image, pixels: 6, seed: 5, budget: 20_000, limits: [64], loss: landscape(image, 3) };
    const run = bothRuns({ search: "guided" }, drawn);
    expect(parting(run.asked, run.expected)).toBeNull();
    expect(run.asked.length).toBeGreaterThan(4000);
    expect(run.asked.length).toBeLessThan(20_000);
  });

  it.for<[string, SearchSettings, number, 1 | 3, number]>([
    ["guided, with three pixels", { search: "guided" }, 3, 3, 500],
    ["corners, all of them", { search: "corners" }, 1, 3, 20_000],
    ["sparse-rs over its whole schedule", { search: "sparse-rs", alpha: 0.3 }, 100, 3, 3000],
    ["sparse-rs over its whole schedule, from α = 0.1", { search: "sparse-rs", alpha: 0.1 }, 100, 3, 3000],
    ["guided-rs over its whole schedule", { search: "guided-rs", strays: 10, anyColours: 2 }, 100, 3, 9000],
    ["random", { search: "random" }, 3, 3, 3000],
  ])("on an image of 32×32: %s", ([, settings, pixels, channels, budget], { expect }) => {
    const image = noise(32, 32, channels);
    const loss = landscape(image, 3);
    const run = bothRuns(settings, { image, pixels, seed: 5, budget, limits: [64], loss });
    expect(parting(run.asked, run.expected)).toBeNull();
    expect(run.asked.length).toBe(settings.search === "corners" ? 8192 : budget);
  });
});
