import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHttp, type Fetch } from "./http.ts";
import { createPace } from "./pace.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const response = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers: new Headers(headers),
  arrayBuffer: async () => new TextEncoder().encode("{}").buffer,
});

/** Sends one request to a server that answers in turn, and says when each was sent, in milliseconds from the first. */
async function times(statuses: readonly [number, Record<string, string>?][], retries = 4) {
  const sent: number[] = [];
  const fetch: Fetch = async () => {
    sent.push(performance.now());
    return response(...statuses[sent.length - 1]!);
  };
  const pace = createPace(1, Number.POSITIVE_INFINITY);
  const send = createHttp({ fetch, headers: {}, timeout: 30_000, retries, pace });
  const outcome = send({ url: "http://host/x", queries: 1 }).then(
    () => "answered",
    (error: Error) => error.message,
  );
  await vi.advanceTimersByTimeAsync(200_000);
  return { waits: sent.map((time) => Math.round(time - sent[0]!)), outcome: await outcome };
}

test("a request is repeated after waits that double, up to 8 seconds", async () => {
  expect(await times([[500], [502], [503], [504], [200]])).toEqual({
    waits: [0, 250, 750, 1750, 3750],
    outcome: "answered",
  });
  const { waits } = await times(new Array(9).fill([500]), 8);
  expect(waits.at(-1)! - waits.at(-2)!).toBe(8000);
});

test("Retry-After in seconds is obeyed, up to a minute", async () => {
  const { waits, outcome } = await times([
    [429, { "retry-after": "3" }],
    [503, { "retry-after": "600" }],
    [200],
  ]);
  expect(waits).toEqual([0, 3000, 63_000]);
  expect(outcome).toBe("answered");
  // A date is not a number of seconds.
  const dated = await times([[503, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }], [200]]);
  expect(dated.waits).toEqual([0, 250]);
});

test("what cannot pass is not repeated", async () => {
  for (const status of [301, 400, 401, 404, 422]) {
    expect(await times([[status], [200]])).toEqual({
      waits: [0],
      outcome: `http://host/x responded with ${status}: {}`,
    });
  }
});
