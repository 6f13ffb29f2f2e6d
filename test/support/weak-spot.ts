/** A search on a classifier with one weak spot, for tests of the loop. */
import type { Goal, SearchRule } from "../../src/core/attack/objectives.ts";
import { type SearchOptions, search } from "../../src/core/attack/search.ts";
import { createKernel } from "../../src/core/kernel/kernel.ts";
import type { DeSettings } from "../../src/core/kernel/search-settings.ts";
import type { ConfirmingOracle } from "../../src/core/oracle/confirming.ts";
import type { Oracle } from "../../src/core/oracle/oracle.ts";
import { kernelModule } from "../../src/node/services.ts";

export const module = kernelModule();
export const image = { width: 12, height: 10, channels: 3, data: new Uint8Array(360).fill(90) } as const;
export const format = { layout: "NCHW", scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] } as const;
export const de: DeSettings = {
  search: "de",
  strategy: "best1",
  population: 20,
  generations: 500,
  mutationFactor: [0.5, 0.5],
  crossover: 0.5,
  colours: "full",
  start: "uniform",
};
export const goal: Goal = { label: 0, target: null };
export const rule: SearchRule = { objective: "probability", stop: "flip" };

/**
 * A classifier of two labels. The first one's probability falls with the distance of the changed
 * pixel from the weak spot (3, 7) and with its lack of green.
 */
export function weakSpot(threshold: number) {
  const asked: string[] = [];
  const oracle: Oracle = {
    engine: "onnxruntime",
    query({ count, pixels, encoded }) {
      const rows = new Float32Array(count * 2);
      for (let index = 0; index < count; index++) {
        const candidate = encoded.subarray(index * pixels * 2, (index + 1) * pixels * 2);
        asked.push(candidate.join());
        let nearest = Number.POSITIVE_INFINITY;
        for (let at = 0; at < candidate.length; at += 2) {
          const x = candidate[at]! % image.width;
          const y = Math.floor(candidate[at]! / image.width);
          const green = (candidate[at + 1]! >>> 8) & 255;
          nearest = Math.min(nearest, Math.hypot(x - 3, y - 7) / 20 + (255 - green) / 1000);
        }
        rows[index * 2] = Math.min(1, 0.5 - threshold + nearest);
        rows[index * 2 + 1] = 1 - rows[index * 2]!;
      }
      return rows;
    },
  };
  return { oracle, asked };
}

export const confirm: ConfirmingOracle["confirm"] = async () => ({
  png: new Uint8Array(),
  image,
  probabilities: Float32Array.of(0, 1),
});

export function run(
  oracle: Oracle & Partial<ConfirmingOracle>,
  changes: Partial<SearchOptions> & { pixels?: number; chunk?: number; budget?: number } = {},
) {
  const { pixels = 1, chunk = 16, budget = 4000, ...rest } = changes;
  const kernel = createKernel({ module, image, pixels, chunk, budget, format, search: de });
  return search({
    kernel,
    oracle: { confirm, ties: 0, isSpent: false, ...oracle },
    slice: 64,
    goal,
    rule,
    seed: 1,
    exhaustive: false,
    ...rest,
  });
}
