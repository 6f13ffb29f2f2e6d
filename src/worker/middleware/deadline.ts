/** How long a response may take that is not a stream. */
import { Problem } from "../response/problem.ts";
import type { Services } from "../services.ts";

const RETRY_SECONDS = "30";

/**
 * A pause for work whose response comes whole. Unlike a stream's, its client may leave unnoticed, so that the work ends
 * when its time is over. The clock is read after a pause: in Workers it does not advance between two pauses.
 * @returns a pause that throws Problem 503 `deadline` once `maxSeconds` have passed since this call
 */
export function untilDeadline({ pause, maxSeconds }: Services): Services["pause"] {
  const end = Date.now() + maxSeconds * 1000;
  return async () => {
    await pause();
    if (Date.now() < end) return;
    const detail =
      `The response was not ready in ${maxSeconds} seconds, because this instance of the service is running many requests. ` +
      `Try again in ${RETRY_SECONDS} seconds, lower budget or pixels, or request a stream ` +
      "(Accept: application/x-ndjson or text/event-stream), which may take longer.";
    throw new Problem("deadline", detail, undefined, { headers: { "Retry-After": RETRY_SECONDS } });
  };
}
