/** Which responses caches may keep, and hand to others. */
import type { MiddlewareHandler } from "hono";

/** What browsers send for a page: Chromium, Firefox and Safari of 2026. */
const BROWSERS = [
  "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
  "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
];

declare module "hono" {
  interface ContextVariableMap {
    /** Set by `negotiate`: whether the header Accept is one of the few that many clients send. */
    commonAccept: boolean;
  }
}

/**
 * Whether caches may keep a response under this header. They keep one for each value of Accept, to the letter: every
 * other way to write the same would be computed and stored again.
 * @param offered the media types of the route
 */
export function isCommonAccept(accept: string | undefined, offered: readonly string[]): boolean {
  return accept === undefined || [...offered, "*/*", ...BROWSERS].includes(accept);
}

/**
 * - Responses to what changes or carries something, such as an image of the client's own, are stored nowhere.
 * - Nor are those to an unusual Accept, which would fill a cache with copies.
 * - What caches may share does not bring the id of the one request that made it. The log has it.
 */
export const sharing: MiddlewareHandler = async (c, next) => {
  await next();
  const { headers } = c.res;
  if (c.req.method === "POST" || c.req.method === "DELETE" || c.get("commonAccept") === false) {
    headers.set("Cache-Control", "no-store");
  }
  if (headers.get("Cache-Control")?.includes("public")) headers.delete("X-Request-Id");
};
