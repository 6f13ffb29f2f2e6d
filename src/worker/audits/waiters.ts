import { deferred } from "../deferred.ts";

/** Those who wait for the next change of something. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  /** How many wait. */
  get count(): number {
    return this.#waiting.size;
  }

  /** Settles at the next `wake`, or after this many milliseconds. */
  wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = deferred();
    const end = () => {
      clearTimeout(timer);
      this.#waiting.delete(end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    this.#waiting.add(end);
    return promise;
  }

  /** Settles every wait. */
  wake(): void {
    for (const end of this.#waiting) end();
  }
}
