import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPace } from "./pace.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Starts requests of so many queries, and says when each was allowed to start. */
function startAll(pace: ReturnType<typeof createPace>, queries: readonly number[]) {
  const times: number[] = [];
  for (const count of queries) void pace.start(count).then(() => times.push(performance.now()));
  return times;
}

test("queries are spread over time, whatever the requests that hold them", async () => {
  const begin = performance.now();
  const times = startAll(createPace(10, 4), [1, 2, 1, 4, 1]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(times.map((time) => time - begin)).toEqual([0, 250, 750, 1000, 2000]);
});

test("time in which nothing was asked is not made up for", async () => {
  const pace = createPace(10, 2);
  await pace.start(1);
  await vi.advanceTimersByTimeAsync(5000);
  const begin = performance.now();
  const times = startAll(pace, [1, 1]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(times.map((time) => time - begin)).toEqual([0, 500]);
});

test("no more requests start than have a place, in their order", async () => {
  const pace = createPace(2, Number.POSITIVE_INFINITY);
  const started: number[] = [];
  for (const each of [0, 1, 2, 3]) void pace.start(1).then(() => started.push(each));
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toEqual([0, 1]);
  pace.end();
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toEqual([0, 1, 2]);
  pace.end();
  pace.end();
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toEqual([0, 1, 2, 3]);
});
