/** When requests may start: so many at once, and so many queries a second. */

// Every host has both; declared here so that the core needs no host's types.
declare const setTimeout: (run: () => void, milliseconds: number) => unknown;
declare const performance: { now(): number };

export interface Pace {
  /** Waits for a place, and until the rate limit allows so many queries. Then `end` must be called. */
  start(queries: number): Promise<void>;
  end(): void;
  wait(milliseconds: number): Promise<void>;
}

/**
 * @param concurrency most requests under way
 * @param maxQps most queries started a second; Infinity for no limit
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
