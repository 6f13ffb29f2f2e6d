import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createExclusive, once } from "./exclusive.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Something that takes as long as the test wants. */
function slow<T>(value: T) {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { make: () => promise, end: () => resolve(value), fail: () => reject(new Error(`no ${value}`)) };
}

const settled = async (promise: Promise<unknown>) => {
  const pending = Symbol();
  return (await Promise.race([promise.catch(() => {}), Promise.resolve(pending)])) !== pending;
};

test("a task runs at once if none runs, and otherwise after the one that runs, however that ends", async () => {
  const exclusive = createExclusive();
  const events: string[] = [];
  const first = slow("a");
  const failing = exclusive(first.make).finally(() => events.push("a ends"));
  const next = exclusive(async () => void events.push("b runs"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toEqual([]);
  first.fail();
  await expect(failing).rejects.toThrow("no a");
  await vi.advanceTimersByTimeAsync(5);
  await next;
  expect(events).toEqual(["a ends", "b runs"]);
});

test("a caller that waits is not settled by the one before, but by a timer of its own", async () => {
  const exclusive = createExclusive();
  const first = slow("a");
  const running = exclusive(first.make);
  const waiting = exclusive(async () => "b");
  first.end();
  await running;
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  expect(await settled(waiting)).toBe(false);
  await vi.advanceTimersByTimeAsync(5);
  expect(await waiting).toBe("b");
});

test("with a limit, a caller goes on when the task before never ends; the next one waits for that caller", async () => {
  const exclusive = createExclusive(10);
  const second = slow("b");
  const events: string[] = [];
  void exclusive(() => new Promise(() => {}));
  const b = exclusive(() => {
    events.push("b");
    return second.make();
  });
  const c = exclusive(async () => events.push("c"));
  await vi.advanceTimersByTimeAsync(45);
  expect(events).toEqual([]);
  await vi.advanceTimersByTimeAsync(10);
  expect(events).toEqual(["b"]);
  second.end();
  await vi.advanceTimersByTimeAsync(10);
  await Promise.all([b, c]);
  expect(events).toEqual(["b", "c"]);
});

test("a task that ends after another one has taken its place does not end that one's turn", async () => {
  const exclusive = createExclusive(2);
  const [first, second] = [slow("a"), slow("b")];
  const a = exclusive(first.make);
  const b = exclusive(second.make);
  await vi.advanceTimersByTimeAsync(10);
  const c = exclusive(async () => "c");
  first.end();
  expect(await a).toBe("a");
  await vi.advanceTimersByTimeAsync(5);
  expect(await settled(c)).toBe(false);
  second.end();
  await vi.advanceTimersByTimeAsync(5);
  expect(await Promise.all([b, c])).toEqual(["b", "c"]);
});

test("a value is made once for all callers", async () => {
  const thing = slow({});
  const make = vi.fn(thing.make);
  const get = once(make);
  const all = [get(), get(), get()];
  thing.end();
  await vi.advanceTimersByTimeAsync(5);
  const [one, ...others] = await Promise.all(all);
  for (const other of [...others, await get()]) expect(other).toBe(one);
  expect(make).toHaveBeenCalledTimes(1);
});

test("after a failure the next caller makes it; undefined is a value, too", async () => {
  const make = vi.fn<() => Promise<undefined>>().mockRejectedValueOnce(new Error("not yet"));
  make.mockResolvedValue(undefined);
  const get = once(make);
  const first = get();
  const second = get();
  await expect(first).rejects.toThrow("not yet");
  await vi.advanceTimersByTimeAsync(5);
  expect(await second).toBeUndefined();
  await get();
  expect(make).toHaveBeenCalledTimes(2);
});

test("what is never made, because the request that began was canceled, is made by the next caller within seconds", async () => {
  const make = vi.fn<() => Promise<string>>(() => new Promise(() => {}));
  const get = once(make);
  void get();
  make.mockResolvedValue("made");
  const second = get();
  await vi.advanceTimersByTimeAsync(2000);
  expect(await second).toBe("made");
});
