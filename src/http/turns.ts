/** Lets everything that computes in one isolate take turns. */

/** Milliseconds that a request waits for those before it: the platform may have ended one of them in its pause. */
const PATIENCE = 1000;

/**
 * Makes a pause for requests that compute. However many there are, only one of them does a slice of its work in each
 * turn of the event loop, first come, first served: a cheap request waits for one slice, not for a slice of each.
 * A request that fails or ends holds up none of the others.
 * @param yieldLoop gives the event loop a turn
 */
export function createTurns(yieldLoop: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const turn = after(last).then(yieldLoop);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** Settles when the turn before has, or when patience is over. */
async function after(before: Promise<void>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, PATIENCE);
  await Promise.race([before, over.promise]);
  clearTimeout(timer);
}
