/** The memory for request bodies: how many bytes of them one isolate holds at once. */
import type { Context } from "hono";
import { Problem } from "../response/problem.ts";

/** The most bytes of bodies that an isolate holds at once: a quarter of its memory. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Begins to count the bytes of a request's body, until the request is over.
 * @returns counts some more; it throws Problem 429 when this isolate holds too many
 */
export type BodyMemory = (c: Context) => (bytes: number) => void;

export function createBodyMemory(): BodyMemory {
  let held = 0;
  return (c) => {
    let own = 0;
    c.get("record").release.push(() => {
      held -= own;
    });
    return (bytes) => {
      if (held + bytes > MAX_BYTES) {
        const detail =
          `This instance of the service holds at most ${MAX_BYTES} bytes of request bodies at once, ` +
          "and other requests are using them. Try again in a second.";
        throw new Problem("busy", detail, "body", { headers: { "Retry-After": "1" } });
      }
      held += bytes;
      own += bytes;
    };
  };
}
