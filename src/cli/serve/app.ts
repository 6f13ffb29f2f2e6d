import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { Classifier } from "../../core/model/classifier.ts";
import { createApp } from "../../worker/app.ts";
import { localServices } from "./services.ts";

/** The page that the build made. */
const PAGE = fileURLToPath(new URL("../../../build/public", import.meta.url));

/** As public/_headers says it for Cloudflare. */
const PAGE_HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** A problem (RFC 9457) for routes whose storage and queues are Cloudflare's. */
function notHere(c: Context): Response {
  const problem = {
    type: "about:blank",
    title: "Not Implemented",
    status: 501,
    detail: `${c.req.method} ${c.req.path} needs Cloudflare's Durable Objects and queues, which onepixel serve does not have. Run onepixel audit instead, or deploy the Worker.`,
  };
  return c.body(JSON.stringify(problem), 501, { "Content-Type": "application/problem+json" });
}

/**
 * The service and its page over one classifier.
 * @param version of onepixel
 * @example
 * serve({ fetch: localApp(classifier, "1.0.0").fetch, port: 8787, hostname: "127.0.0.1" });
 */
export function localApp(classifier: Classifier, version: string): Hono {
  const app = new Hono();
  app.all("/v1/audits", notHere).all("/v1/audits/*", notHere).all("/v1/models/:model/audit", notHere);
  const file = serveStatic({ root: PAGE });
  const secure: MiddlewareHandler = async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
  };
  for (const path of ["/", "/page.js", "/page.css", "/favicon.svg", "/samples/:sheet"])
    app.get(path, secure, file);
  return app.route("/", createApp(localServices(classifier, version)));
}
