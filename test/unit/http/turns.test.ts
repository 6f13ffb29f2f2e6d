import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTurns } from "../../../src/http/turns.ts";

/** An event loop whose turns the test gives by hand. */
function handLoop() {
  const waiting: (() => void)[] = [];
  return {
    waiting,
    yieldLoop: () => new Promise<void>((resolve) => waiting.push(resolve)),
    /** Lets every promise that can settle do so. */
    settle: async () => {
      for (let n = 0; n < 20; n++) await Promise.resolve();
    },
  };
}

describe("turns", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("one request computes in each turn of the event loop, first come, first served", async () => {
    const { waiting, yieldLoop, settle } = handLoop();
    const pause = createTurns(yieldLoop);
    const slices: string[] = [];
    const compute = async (name: string) => {
      for (let slice = 0; slice < 3; slice++) {
        await pause();
        slices.push(name);
      }
    };
    void Promise.all(["a", "b", "c"].map(compute));
    for (let turn = 1; turn <= 9; turn++) {
      await settle();
      expect(waiting).toHaveLength(1);
      waiting.pop()!();
      await settle();
      expect(slices).toHaveLength(turn);
    }
    expect(slices.join("")).toBe("abcabcabc");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a pause that fails is the failure of its own request alone", async () => {
    let turns = 0;
    const pause = createTurns(async () => {
      if (++turns === 1) throw new Error("the request is over");
    });
    const [first, second] = await Promise.allSettled([pause(), pause()]);
    expect(first.status).toBe("rejected");
    expect(second.status).toBe("fulfilled");
  });

  test("a pause that never ends holds the others up for a second and no longer", async () => {
    let turns = 0;
    const pause = createTurns(() => (++turns === 1 ? new Promise(() => undefined) : Promise.resolve()));
    void pause();
    const after = Promise.all([pause(), pause(), pause()]);
    await vi.advanceTimersByTimeAsync(999);
    expect(turns).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await after;
    expect(turns).toBe(4);
  });

  test("a request that stops between its pauses holds nobody up", async () => {
    const pause = createTurns(async () => undefined);
    await pause();
    await pause();
    await pause();
    expect(vi.getTimerCount()).toBe(0);
  });
});
