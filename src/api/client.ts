import { type ClientRequestOptions, hc } from "hono/client";
import type { AppType } from "./app-type.ts";

/** A client of the service: its routes by path and method, with the types of their options and responses. */
export type ApiClient = ReturnType<typeof hc<AppType>>;

/**
 * Creates a client of the HTTP API. A response has the status 200 (202 for a new audit, 204 for a withdrawn
 * report) and the result of its route, or another status and a `Problem` (RFC 9457). TypeScript narrows the
 * type by the status.
 * @param origin where the service runs, such as `http://127.0.0.1:8787`
 * @param options headers of every request, or another `fetch`
 * @see https://hono.dev/docs/guides/rpc
 *
 * @example
 * ```ts
 * const client = createClient("http://127.0.0.1:8787");
 * const response = await client.v1.attack.$post({ json: { sample: "cat-3", pixels: 1 } });
 * if (response.status !== 200) throw new Error((await response.json()).detail);
 * const { status, after, pixels } = await response.json();
 * console.log(status, after.label, pixels);
 * ```
 */
export function createClient(origin: string, options?: ClientRequestOptions): ApiClient {
  return hc<AppType>(origin, options);
}
