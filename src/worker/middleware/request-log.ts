/** What every request did, in one line of the log. */
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

/** What a request does, noted while it does it. */
export interface Account {
  /** The model that was asked. */
  model: string | null;
  /** Queries that were spent; of an attack those that its result counts. */
  queries: number;
  /** Settles when the work behind a stream has ended, which it may long after the response began. */
  streaming: Promise<void> | null;
  /** Called when all is over. */
  readonly release: (() => void)[];
}

/** A request in the log. There is no duration: a Worker's clock stands still while it computes. */
export interface LogLine extends Pick<Account, "model" | "queries"> {
  readonly id: string;
  readonly method: string;
  /** The route's pattern, such as `/v1/models/:model`; null where there is none. */
  readonly route: string | null;
  readonly status: number;
}

declare module "hono" {
  interface ContextVariableMap {
    account: Account;
  }
}

/**
 * Keeps the request's account, and logs it when all is over: of a stream at its end, or when its reader has left and
 * the work has stopped.
 * @param waitUntil keeps the runtime from ending the request before, as it would when the reader leaves
 */
export const accounting =
  (log: (line: LogLine) => void, waitUntil: (end: Promise<void>) => void): MiddlewareHandler =>
  async (c, next) => {
    const account: Account = { model: null, queries: 0, streaming: null, release: [] };
    c.set("account", account);
    const over = Promise.withResolvers<void>();
    waitUntil(over.promise);
    const settle = () => {
      for (const release of account.release) release();
      const route = matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? null;
      const { model, queries } = account;
      log({ id: c.get("requestId"), method: c.req.method, route, model, queries, status: c.res.status });
      over.resolve();
    };
    try {
      await next();
    } finally {
      if (account.streaming) account.streaming.finally(settle);
      else settle();
    }
  };

/** Notes the queries of a result in the request's account. */
export function counted<Result extends { readonly cost: { readonly queries: number } }>(
  c: Context,
  result: Result,
): Result {
  c.get("account").queries = result.cost.queries;
  return result;
}
