import { useEffect, useState } from "hono/jsx/dom";
import type { Estimate } from "../../api/types.ts";
import { type Body, estimate } from "./api.ts";

/** Milliseconds that a request stays the same before its cost is asked for: whoever changes a number asks once. */
const SETTLED = 400;

/** A request whose cost is asked for. */
export interface Request {
  readonly path: string;
  readonly body: Body;
}

/**
 * What a request would cost; null until that is known. A request that would be refused costs nothing here: its start tells
 * why.
 * @param request null if there is none yet
 * @param again its change asks again, because the speed may be known by then
 */
export function useEstimate(request: Request | null, again: unknown): Estimate | null {
  const [known, setKnown] = useState<{ readonly key: string; readonly estimate: Estimate } | null>(null);
  const { file, ...options } = request?.body ?? {};
  const key = request ? JSON.stringify([request.path, options, file instanceof Blob && file.size]) : "";
  useEffect(() => {
    if (!request) return;
    const left = new AbortController();
    const timer = setTimeout(() => {
      estimate(request.path, request.body, left.signal).then(
        (estimate) => setKnown({ key, estimate }),
        () => undefined,
      );
    }, SETTLED);
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [key, file, again]);
  return known?.key === key ? known.estimate : null;
}
