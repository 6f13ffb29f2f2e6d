/** Limits the number of concurrent requests and of queries per second. */

// Every host has both; declared here so that the core does not depend on a host's types.
declare const setTimeout: (run: () => void, milliseconds: number) => unknown;
declare const performance: { now(): number };

export interface Pace {
  /** Waits for a free slot, and until the rate limit allows this number of queries. Call `end` afterwards. */
  start(queries: number): Promise<void>;
  end(): void;
  wait(milliseconds: number): Promise<void>;
}

/**
 * @param concurrency the maximum number of concurrent requests
 * @param maxQps the maximum number of queries started per second; Infinity for no limit
 */
export function createPace(concurrency: number, maxQps: number): Pace {
  const waiting: (() => void)[] = [];
  let free = concurrency;
  let next = 0;
  const wait = (milliseconds: number) =>
    new Promise<void>((resolve) => setTimeout(() => resolve(), milliseconds));
  return {
    async start(queries) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      const now = performance.now();
      const at = Math.max(now, next);
      next = at + (queries / maxQps) * 1000;
      if (at > now) await wait(at - now);
    },
    end() {
      const first = waiting.shift();
      if (first === undefined) free++;
      else first();
    },
    wait,
  };
}
