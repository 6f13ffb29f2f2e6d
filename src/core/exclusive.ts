/** Tasks that run one after the other, and values that are made once, for the requests that share an isolate of workerd. */

// Every host has it; declared here so that the core does not depend on a host's types.
declare const setTimeout: (run: () => void, milliseconds: number) => unknown;

const POLL_MILLISECONDS = 5;
/** How often a caller looks whether the same value is there before it makes the value itself: for about a second. */
const PATIENCE = 200;

/** Runs `task` after the tasks before it have ended. */
export type Exclusive = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * Makes tasks run one after the other.
 *
 * A caller that has to wait does not await a promise that the running task settles: if workerd cancels the request of that
 * task, the promise is never settled, and a request that has nothing else pending may be canceled as hung. The caller
 * looks again and again, by timers of its own, whether its turn has come.
 * @param patience how often a caller looks before it no longer waits for the same task. A task that waits for input or output
 * never ends if the platform cancels its request, so it needs a limit; after that, tasks may overlap
 */
export function createExclusive(patience = Number.POSITIVE_INFINITY): Exclusive {
  let running: object | undefined;
  return async (task) => {
    const own = {};
    let awaited: object | undefined;
    for (let looks = 0; running !== undefined; looks++) {
      if (running !== awaited) {
        awaited = running;
        looks = 0;
      }
      if (looks >= patience) break;
      await new Promise<void>((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
    running = own;
    try {
      return await task();
    } finally {
      if (running === own) running = undefined;
    }
  };
}

/**
 * What `make` resolves to, made at the first call and kept. Calls meanwhile wait until it is there, as `createExclusive` says;
 * if it fails, or takes about a second, the next of them makes it itself.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  const exclusive = createExclusive(PATIENCE);
  let made: { readonly value: T } | undefined;
  const use = async () => {
    made ??= { value: await make() };
    return made.value;
  };
  return async () => (made === undefined ? exclusive(use) : made.value);
}
