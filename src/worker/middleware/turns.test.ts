import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

/** An event loop that counts its turns; each settles everything that waits for it, in order. */
function countingLoop() {
  let turn = 0;
  const yieldLoop = () => new Promise<void>((resolve) => setTimeout(resolve));
  const run = async (until: () => boolean) => {
    for (; !until() && turn < 1000; turn++) await yieldLoop();
  };
  return { yieldLoop, run, now: () => turn };
}

test("one request computes in each turn of the event loop, first come, first served", async () => {
  const { yieldLoop, run, now } = countingLoop();
  const pause = createTurns(yieldLoop);
  const slices: { name: string; turn: number }[] = [];
  const compute = async (name: string) => {
    for (let slice = 0; slice < 3; slice++) {
      await pause();
      slices.push({ name, turn: now() });
    }
  };
  void Promise.all(["a", "b", "c"].map(compute));
  await run(() => slices.length === 9);
  expect(slices.map(({ name }) => name).join("")).toBe("abcabcabc");
  expect(new Set(slices.map(({ turn }) => turn)).size).toBe(9);
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
  let time = 0;
  let turns = 0;
  const pause = createTurns(
    () => (++turns === 1 ? new Promise(() => undefined) : new Promise((resolve) => setTimeout(resolve))),
    () => time,
  );
  void pause();
  let ended = 0;
  const others = [pause(), pause(), pause()].map((turn) => turn.then(() => ended++));
  await new Promise((resolve) => setTimeout(resolve, 20));
  time = 999;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toBe(0);
  time = 1000;
  await Promise.all(others);
  expect(ended).toBe(3);
});

test("those that wait come to their turn whichever of them first finds that it has waited for long", async () => {
  let time = 0;
  let asleep: (() => void)[] = [];
  const pause = createTurns(
    () => new Promise((wake) => asleep.push(wake)),
    () => time,
  );
  let ended = 0;
  for (let request = 0; request < 4; request++) void pause().then(() => ended++);
  // The first one never wakes. From then on the others wake in turns of the loop, the last one first.
  asleep.shift();
  time = 1000;
  for (let turn = 0; turn < 10; turn++) {
    const woken = asleep.toReversed();
    asleep = [];
    for (const wake of woken) {
      wake();
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  expect(ended).toBe(3);
});
