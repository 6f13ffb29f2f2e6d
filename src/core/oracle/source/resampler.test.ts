import { beforeAll, expect, test } from "vitest";
import { initCodecsInNode } from "../../../../test/support/codecs.ts";
import { fc } from "../../../../test/support/property.ts";
import type { Raster } from "../../image/raster.ts";
import { stretch } from "../../image/stretch.ts";
import { applyCandidate } from "../apply-candidate.ts";
import { createResampler } from "./resampler.ts";

beforeAll(initCodecsInNode);

/** Noise of few or many values: with few, sums often end near a half, where rounding shows the order of the sums. */
function noise(width: number, height: number, channels: 1 | 3, levels: number, seed: number): Raster {
  let state = seed;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 16) % levels) * Math.floor(255 / (levels - 1));
  });
  return { width, height, channels, data };
}

const side = (most: number) => fc.integer({ min: 1, max: most });
const images = fc
  .tuple(side(90), side(90), fc.constantFrom(1 as const, 3 as const), fc.constantFrom(2, 4, 256), fc.nat())
  .map((args) => noise(...args));

test("the whole image is the one that the codec makes, to the byte", () => {
  fc.assert(
    fc.property(images, side(40), side(40), (image, width, height) => {
      const { channels } = image;
      expect(createResampler(image, { width, height }).resized).toEqual(
        stretch(image, { width, height, channels }),
      );
    }),
    { numRuns: 200 },
  );
});

test("changed pixels change what they change when the whole image is resized, and nothing stays of them", () => {
  fc.assert(
    fc.property(
      images,
      side(24),
      side(24),
      fc.array(fc.nat(), { minLength: 2, maxLength: 24 }),
      (image, width, height, words) => {
        const { channels } = image;
        const resampler = createResampler(image, { width, height });
        const positions = image.width * image.height;
        for (const rotation of [0, 1, 2]) {
          // In ascending order; a position that stands twice has one colour.
          const colours = new Map<number, number>();
          for (let at = 0; at + 1 < words.length; at += 2) {
            const colour = words[at + 1]! % (channels === 1 ? 256 : 2 ** 24);
            colours.set((words[at]! + rotation) % positions, colour);
          }
          const unique = [...colours].toSorted(([one], [other]) => one - other);
          const encoded = Uint32Array.from([...unique, unique.at(-1)!].flat());
          const changed = resampler.changed(encoded);
          const whole = stretch(applyCandidate(image, encoded), { width, height, channels });
          expect(applyCandidate(resampler.resized, changed).data).toEqual(whole.data);
          const order = changed.filter((_, i) => i % 2 === 0);
          expect(order).toEqual(Uint32Array.from(new Set(order)).sort());
          expect(order.length).toBeLessThanOrEqual(resampler.touched * unique.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a pixel of a photo of 640 × 427 at 224 × 224 touches four pixels at most", () => {
  const { touched } = createResampler(noise(640, 427, 3, 256, 1), { width: 224, height: 224 });
  expect(touched).toBe(4);
});
