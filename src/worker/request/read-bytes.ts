/** The only place where a request's body is read, so that nothing is read before the rate limit and the concurrency limit allow it. */
import type { Context } from "hono";
import type { BodyMemory } from "../middleware/body-memory.ts";
import { Problem } from "../response/problem.ts";

/** How much of a body is read, and what to advise beyond that. */
export interface BodyLimit {
  /** In bytes. */
  readonly most: number;
  readonly advice: string;
}

/** Seconds in which a whole body must arrive: a slower one would keep memory that others need. */
const MOST_SECONDS = 30;

/** A body with one image. */
export const IMAGE_BODY: BodyLimit = {
  most: 2 * 1024 * 1024,
  advice: "Send a smaller image, or compress it more: the model sees it in the size of its input anyway.",
};

const tooSlow = () =>
  new Problem(
    "slow-body",
    `The body did not arrive within ${MOST_SECONDS} seconds. Send a smaller body, or use a faster connection.`,
    "body",
  );

/** The body of an audit, which may hold 500 images. */
export const AUDIT_BODY: BodyLimit = { most: 16 * 1024 * 1024, advice: "Send fewer or smaller images." };

/**
 * Reads the body, with or without a Content-Length. Its bytes count in the memory for bodies as they arrive.
 * @throws Problem 408 when the body takes too long, 413 when it is over the limit, 429 when the instance reads too many at
 *   once
 */
export async function readBytes(
  c: Context,
  memory: BodyMemory,
  { most, advice }: BodyLimit,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new Problem("body-too-large", `The body is larger than ${most / 2 ** 20} MiB. ${advice}`, "body");
  if (Number(c.req.header("Content-Length") ?? 0) > most) throw tooLarge();
  const reader = c.req.raw.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const count = memory(c);
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isLate = false;
  // A cancelled body ends as a whole one does.
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(() => undefined);
  }, MOST_SECONDS * 1000);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.byteLength;
      if (length > most) throw tooLarge();
      count(part.value.byteLength);
      chunks.push(part.value);
    }
    if (isLate) throw tooSlow();
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
