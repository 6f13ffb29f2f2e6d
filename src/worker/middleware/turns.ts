/** Makes the attacks in one isolate take turns. */

/** Milliseconds that a request waits for those before it: the platform may have ended one of them in its pause. */
const PATIENCE = 1000;

/**
 * Makes a pause for attacks. However many there are, only one of them does a slice of its work in each
 * turn of the event loop, first come, first served: a cheap request waits for one slice, not for a slice of each.
 * A request that fails or ends holds up none of the others.
 *
 * A request never awaits what another one settles: workerd then runs one request in the context of the other, and cancels
 * the one that waits as hung. Each looks in every turn whether its own has come.
 * @param yieldLoop gives the event loop a turn
 * @param now milliseconds; it may stand still while a request computes
 */
export function createTurns(
  yieldLoop: () => Promise<void>,
  now: () => number = Date.now,
): () => Promise<void> {
  /** Those in a pause, in the order in which they came; the first one is next. */
  const line: object[] = [];
  return async () => {
    const own = {};
    line.push(own);
    const since = now();
    try {
      // One that a request behind it has removed goes on as well.
      while (line.indexOf(own) > 0) {
        await yieldLoop();
        // Those that still stand before it have not ended their pause in time.
        if (now() - since >= PATIENCE) line.splice(0, Math.max(0, line.indexOf(own)));
      }
      await yieldLoop();
    } finally {
      if (line.includes(own)) line.splice(line.indexOf(own), 1);
    }
  };
}
