import { expect, test } from "vitest";
import { de, format, image, module, run, weakSpot } from "../../../test/support/weak-spot.ts";
import { createKernel } from "../kernel/kernel.ts";

test("an aborted search stops where it pauses", async () => {
  const controller = new AbortController();
  const { oracle, asked } = weakSpot(-1);
  const outcome = await run(oracle, {
    signal: controller.signal,
    pause: async () => {
      if (asked.length > 200) controller.abort();
    },
  });
  expect(outcome.stopped).toBe("aborted");
  expect(outcome.queries).toBe(asked.length);
  expect(asked.length).toBeLessThan(300);
});

test("a search that has ended has done so, though it is aborted at its last pause", async () => {
  const controller = new AbortController();
  const { oracle, asked } = weakSpot(-1);
  const pause = async () => {
    if (asked.length === 37) controller.abort();
  };
  const outcome = await run(oracle, { budget: 37, slice: 1, signal: controller.signal, pause });
  expect(controller.signal.aborted).toBe(true);
  expect(outcome.stopped).toBe("budget");
});

test("the runtime's CPU signal ends the search with the best so far", async () => {
  const kernel = createKernel({ module, image, pixels: 1, chunk: 16, budget: 4000, format, search: de });
  let turns = 0;
  const signalled = Object.create(kernel, { signalled: { get: () => ++turns > 5 } });
  const outcome = await run(weakSpot(-1).oracle, { kernel: signalled });
  expect(outcome.stopped).toBe("cpu-limit");
  expect(outcome.best).not.toBeNull();
});
