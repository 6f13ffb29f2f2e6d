/** What every request did, in one line of the log. */

import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { deferred } from "../deferred.ts";

/** What a request does, recorded while it runs. */
export interface RequestRecord {
  /** The model that was asked. */
  model: string | null;
  /** Queries that were spent; of an attack those that its result counts. */
  queries: number;
  /** Resolves when the work behind a stream has ended, possibly long after the response began. */
  streaming: Promise<void> | null;
  /** Called when the request is over, to free what it holds. */
  readonly release: (() => void)[];
}

/** A request in the log. There is no duration: a Worker's clock does not advance while it computes. */
export interface LogLine extends Pick<RequestRecord, "model" | "queries"> {
  readonly id: string;
  readonly method: string;
  /** The route's pattern, such as `/v1/models/:model`; null where there is none. */
  readonly route: string | null;
  readonly status: number;
}

declare module "hono" {
  interface ContextVariableMap {
    record: RequestRecord;
  }
}

/**
 * Records what a request does, and logs it when all is over: a stream at its end, or when its reader has left and the
 * work has stopped.
 * @param waitUntil keeps the runtime from ending the request before, as it would when the reader leaves
 */
export const requestLog =
  (log: (line: LogLine) => void, waitUntil: (end: Promise<void>) => void): MiddlewareHandler =>
  async (c, next) => {
    const record: RequestRecord = { model: null, queries: 0, streaming: null, release: [] };
    c.set("record", record);
    const over = deferred();
    waitUntil(over.promise);
    const finish = () => {
      for (const release of record.release) release();
      const route = matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? null;
      const { model, queries } = record;
      log({ id: c.get("requestId"), method: c.req.method, route, model, queries, status: c.res.status });
      over.resolve();
    };
    try {
      await next();
    } finally {
      if (record.streaming) record.streaming.finally(finish);
      else finish();
    }
  };

/** Records the queries of a result in the request's record. */
export function recordQueries<Result extends { readonly cost: { readonly queries: number } }>(
  c: Context,
  result: Result,
): Result {
  c.get("record").queries = result.cost.queries;
  return result;
}
