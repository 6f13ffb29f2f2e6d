import { expect, test } from "vitest";
import { fc } from "../../../test/support/property.ts";
import { confirm, de, format, image, module, rule, run, weakSpot } from "../../../test/support/weak-spot.ts";
import { createKernel } from "../kernel/kernel.ts";
import type { SearchSettings } from "../kernel/search-settings.ts";
import type { Oracle } from "../oracle/oracle.ts";
import type { SearchRule } from "./objectives.ts";
import type { Progress } from "./search.ts";

test("finds the weak spot and says where", async () => {
  const outcome = await run(weakSpot(0.03).oracle);
  expect(outcome.stopped).toBe("success");
  const [position, colour] = outcome.fooled!.encoded;
  expect([position! % image.width, Math.floor(position! / image.width)]).toEqual([3, 7]);
  expect((colour! >>> 8) & 255).toBeGreaterThan(225);
  expect(outcome.fooled!.probabilities[1]).toBeGreaterThan(0.5);
});

test("counts queries up to the success, whatever the chunk", async () => {
  const outcomes = await Promise.all([1, 3, 16].map((chunk) => run(weakSpot(0.05).oracle, { chunk })));
  expect(outcomes[0]!.stopped).toBe("success");
  expect(outcomes[1]).toEqual(outcomes[0]);
  expect(outcomes[2]).toEqual(outcomes[0]);
});

test("never asks for a candidate twice", async () => {
  const { oracle, asked } = weakSpot(-1);
  await run(oracle, { budget: 2000 });
  expect(asked.length).toBeGreaterThan(500);
  expect(new Set(asked).size).toBe(asked.length);
});

test("stops at its budget, and returns the best candidate so far", async () => {
  const outcome = await run(weakSpot(-1).oracle, { budget: 37 });
  expect(outcome).toMatchObject({ stopped: "budget", queries: 37, fooled: null });
  expect(outcome.best!.loss).toBeGreaterThan(0.5);
});

test("a converged population ends the search", async () => {
  const few: SearchSettings = { ...de, colours: "corners", generations: 10_000 };
  const kernel = createKernel({
    module,
    image,
    pixels: 1,
    chunk: 16,
    budget: 4000,
    format,
    search: few,
  });
  const outcome = await run(weakSpot(-1).oracle, { kernel });
  expect(outcome.stopped).toBe("converged");
  expect(outcome.queries).toBeLessThan(960);
});

test("the best candidate and the best success are the first of equals, kept by copy", async () => {
  // The first label's probability, by the number of the query; answers come in one buffer, as the kernel's do.
  const script = [0.9, 0.7, 0.8, 0.4, 0.3, 0.45, 0.3, 0.35, 0.6];
  const buffer = new Float32Array(32);
  const encoded: string[] = [];
  const oracle: Oracle = {
    engine: "incremental",
    query({ count, encoded: chunk }) {
      for (let index = 0; index < count; index++) {
        const first = script[encoded.length] ?? 0.95;
        encoded.push(chunk.subarray(index * 2, index * 2 + 2).join());
        buffer.set([first, 1 - first], index * 2);
      }
      return buffer.subarray(0, count * 2);
    },
  };
  for (const [options, stopped] of [
    [{ exhaustive: true }, "budget"],
    [{ rule: { ...rule, stop: "confidence" } }, "budget"],
  ] as const) {
    encoded.length = 0;
    const outcome = await run(oracle, { ...options, budget: 40 });
    expect(outcome).toMatchObject({ stopped, queries: 40, fooling: 5 });
    for (const { encoded: found, probabilities, loss } of [outcome.best!, outcome.fooled!]) {
      expect(found.join()).toBe(encoded[4]);
      expect(probabilities[0]).toBeCloseTo(0.3, 6);
      expect(loss).toBeCloseTo(0.3, 6);
    }
  }
  encoded.length = 0;
  const survived = await run({ ...oracle }, { budget: 3 });
  expect(survived).toMatchObject({ fooled: null, fooling: 0 });
  expect(survived.best!.encoded.join()).toBe(encoded[1]);
  expect(survived.best!.probabilities[0]).toBeCloseTo(0.7, 6);
});

test("the confidence rule searches on behind the flip", async () => {
  const patient: SearchRule = { ...rule, stop: "confidence" };
  const flip = await run(weakSpot(0.1).oracle);
  const confident = await run(weakSpot(0.1).oracle, { rule: patient });
  expect(confident.queries).toBeGreaterThan(flip.queries);
  expect(confident.fooled!.loss).toBeLessThanOrEqual(flip.fooled!.loss);
});

test("a success that the returned image does not confirm is no success", async () => {
  const asked: number[] = [];
  const outcome = await run({
    ...weakSpot(0.03).oracle,
    confirm: async (encoded) => {
      asked.push(encoded[0]!);
      return { ...(await confirm(encoded)), probabilities: Float32Array.of(asked.length > 3 ? 0 : 1, 0.5) };
    },
  });
  expect(outcome.stopped).toBe("success");
  expect(asked).toHaveLength(4);
  expect(outcome.fooling).toBe(1);
  expect(outcome.fooled!.returned!.probabilities).toEqual(Float32Array.of(0, 0.5));
});

test("a success that is not as sure in the returned image does not end a search for confidence", async () => {
  const patient: SearchRule = { ...rule, stop: "confidence" };
  let asked = 0;
  const outcome = await run(
    {
      ...weakSpot(0.49).oracle,
      confirm: async (encoded) => {
        asked++;
        return { ...(await confirm(encoded)), probabilities: Float32Array.of(asked > 2 ? 0.04 : 0.06, 0.9) };
      },
    },
    { rule: patient },
  );
  expect(asked).toBe(3);
  expect(outcome.stopped).toBe("success");
  expect(outcome.fooled!.returned!.probabilities[0]).toBeCloseTo(0.04);
});

test.for([64, 16, 5, 1])(
  "progress comes every %d queries or so, never worse than before",
  async (slice, { expect }) => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => void seen.push(progress);
    await run(weakSpot(-1).oracle, { budget: 1000, slice, onProgress });
    // A generation of 20 is asked as 16 and 4, or fewer where candidates are known.
    expect(seen.length).toBeGreaterThan(1000 / (slice + 20));
    for (const [index, { queries, best }] of seen.slice(1).entries()) {
      expect(queries - seen[index]!.queries).toBeLessThan(slice + Math.min(slice, 16));
      expect(best.loss).toBeLessThanOrEqual(seen[index]!.best.loss);
    }
  },
);

test("the same seed gives the same search; another seed another one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(2 ** 32 - 1), fc.integer({ min: 1, max: 5 }), async (seed, pixels) => {
      const options = { seed, pixels, budget: 300 };
      const [first, second] = [weakSpot(-1), weakSpot(-1)];
      await run(first.oracle, options);
      await run(second.oracle, options);
      expect(second.asked).toEqual(first.asked);
      const other = weakSpot(-1);
      await run(other.oracle, { ...options, seed: (seed ^ 1) >>> 0 });
      expect(other.asked).not.toEqual(first.asked);
    }),
    { numRuns: 20 },
  );
});
