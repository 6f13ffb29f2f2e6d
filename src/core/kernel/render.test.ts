import { describe, it } from "vitest";
import { kernelOptions, noise, paper } from "../../../test/support/kernel/fixtures.ts";
import { pcg32 } from "../../../test/support/kernel/reference-random.ts";
import { fc } from "../../../test/support/property.ts";
import type { Raster } from "../image/raster.ts";
import type { Candidates } from "./candidates.ts";
import { createKernel, type TensorFormat } from "./kernel.ts";

/** Renders every pixel of every candidate, one after the other. */
function naive(image: Raster, candidates: Candidates, format: TensorFormat): number[] {
  const { width, height, channels } = image;
  const values: number[] = [];
  for (let i = 0; i < candidates.count; i++) {
    const bytes = [...image.data];
    for (let pixel = 0; pixel < candidates.pixels; pixel++) {
      const at = (i * candidates.pixels + pixel) * 2;
      const [position, colour] = [candidates.encoded[at]!, candidates.encoded[at + 1]!];
      const levels = channels === 3 ? [colour >> 16, (colour >> 8) & 255, colour & 255] : [colour];
      for (const [channel, level] of levels.entries()) bytes[position * channels + channel] = level;
    }
    const value = (x: number, y: number, c: number) =>
      Math.fround((bytes[(y * width + x) * channels + c]! * format.scale - format.mean[c]!) / format.std[c]!);
    if (format.layout === "NCHW") {
      for (let c = 0; c < channels; c++)
        for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values.push(value(x, y, c));
    } else {
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) values.push(value(x, y, c));
    }
  }
  return values;
}

describe("rendering", () => {
  it.for<["NCHW" | "NHWC", 1 | 3]>([
    ["NCHW", 1],
    ["NCHW", 3],
    ["NHWC", 1],
    ["NHWC", 3],
  ])("agrees with a naive renderer for %s with %i channels", ([layout, channels], { expect }) => {
    const format = {
      layout,
      scale: 1 / 255,
      mean: [0.49, 0.48, 0.45].slice(0, channels),
      std: [0.25, 0.24, 0.26].slice(0, channels),
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 17 }),
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        (width, height, most, seed) => {
          const image = noise(width, height, channels, seed);
          const pixels = Math.min(most, width * height);
          const search = { ...paper, population: 12, generations: 3 };
          const kernel = createKernel(kernelOptions({ image, pixels, chunk: 5, format, search }));
          kernel.begin(seed);
          for (let turn = 0; turn < 6; turn++) {
            const candidates = kernel.ask(1 + ((seed + turn) % 5));
            expect([...kernel.render(candidates)]).toEqual(naive(image, candidates, format));
            kernel.tell(Array.from({ length: candidates.count }, (_, i) => (i * 7) % 5));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("renders candidates that it did not ask, in any order and with repeated positions", ({ expect }) => {
    const image = noise(9, 7, 3);
    const options = kernelOptions({ image, pixels: 4, chunk: 3 });
    const kernel = createKernel(options);
    const random = pcg32(3n, 3n);
    for (let turn = 0; turn < 50; turn++) {
      const count = turn % 4;
      const encoded = Uint32Array.from({ length: count * 8 }, (_, i) =>
        i % 2 === 0 ? random.below(63) : random.below(1 << 24),
      );
      const candidates = { count, pixels: 4, encoded };
      expect([...kernel.render(candidates)]).toEqual(naive(image, candidates, options.format));
    }
  });

  it("refuses candidates that it cannot render", ({ expect }) => {
    const kernel = createKernel(kernelOptions({ image: noise(4, 4, 3), pixels: 2, chunk: 1 }));
    const render = (count: number, pixels: number, ...encoded: number[]) =>
      kernel.render({ count, pixels, encoded: Uint32Array.from(encoded) });
    expect(() => render(1, 1, 0, 0)).toThrow(/renders 2 changed pixels, not 1/);
    expect(() => render(2, 2, 0, 0, 1, 0, 2, 0, 3, 0)).toThrow(/candidates must be .* 0…1/);
    expect(() => render(1, 2, 0, 0)).toThrow(/need 4 encoded, not 2/);
    expect(() => render(1, 2, 0, 0, 16, 0)).toThrow(/Position 16 is outside/);
    expect(render(1, 2, 0, 0, 15, 0).length).toBe(48);
  });
});
