import { expect, test } from "vitest";
import { fc } from "../../../test/support/property.ts";
import { openBounds } from "../../../test/support/random-bounds.ts";
import { recipes } from "../../../test/support/random-network.ts";
import { argmax, isFooled, lossOf } from "../attack/objectives.ts";
import type { Asker } from "./asker.ts";
import { createPixelSearch } from "./pixel.ts";

/** How many networks; ONEPIXEL_NETWORKS sets another number, for a longer run. */
const NETWORKS = Number(process.env.ONEPIXEL_NETWORKS ?? 100);
const PIXELS = 3;
/** Boxes of one pixel before a test gives up. */
const MOST = 2000;

test("branch and bound over grey values agrees with asking about each of the 256", {
  timeout: NETWORKS * 1000,
}, async () => {
  const seen = { proved: 0, broken: 0, undecided: 0 };
  const grey = recipes.map((recipe) => ({ ...recipe, channels: 1 as const }));
  await fc.assert(
    fc.asyncProperty(grey, async (recipe) => {
      const opened = openBounds(recipe);
      if (typeof opened === "string") return;
      const { bounds, inference, image } = opened;
      const goal = { label: argmax(inference.clean), target: null };
      const rowOf = (position: number, value: number) =>
        inference.query({ count: 1, pixels: 1, encoded: Uint32Array.of(position, value) }).slice();
      const asker: Asker = {
        queries: 0,
        async ask(position, colours) {
          const rows = colours.map(([value = 0]) => rowOf(position, value));
          const least = Math.min(...rows.map((row) => lossOf(row, goal, "margin")));
          const i = rows.findIndex((row) => isFooled(row, goal));
          if (i < 0) return { found: null, least };
          const returned = { png: new Uint8Array(), image, probabilities: rows[i]! };
          return { found: { encoded: Uint32Array.of(position, colours[i]![0]!), returned }, least };
        },
      };
      for (let position = 0; position < Math.min(PIXELS, image.data.length); position++) {
        const fooling = Array.from({ length: 256 }, (_, value) => rowOf(position, value)).some((row) =>
          isFooled(row, goal),
        );
        const search = createPixelSearch(bounds, asker, goal, image, position);
        const found = await search.advance(MOST, () => true);
        if (found !== null) expect(fooling).toBe(true);
        if (found === null && search.isProved) expect(fooling).toBe(false);
        seen[found !== null ? "broken" : search.isProved ? "proved" : "undecided"]++;
      }
    }),
    { numRuns: NETWORKS },
  );
  // 511 boxes are all that 256 values can need, so none is left undecided.
  expect(seen.undecided).toBe(0);
  expect(Math.min(seen.proved, seen.broken)).toBeGreaterThan(10);
});
