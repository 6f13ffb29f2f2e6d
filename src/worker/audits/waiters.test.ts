import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Waiters } from "./waiters.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a wait that silence ends leaves nothing behind", async () => {
  const waiters = new Waiters();
  const waits = [waiters.wait(20), waiters.wait(20)];
  expect(waiters.count).toBe(2);
  await vi.advanceTimersByTimeAsync(20);
  await Promise.all(waits);
  expect(waiters.count).toBe(0);
});

test("a change ends every wait, and its timers", async () => {
  const waiters = new Waiters();
  const waits = [waiters.wait(20), waiters.wait(30)];
  waiters.wake();
  await Promise.all(waits);
  expect([waiters.count, vi.getTimerCount()]).toEqual([0, 0]);
});
