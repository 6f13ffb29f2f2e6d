/** Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13.1.2). */
import type { Context, MiddlewareHandler } from "hono";

const TAG_BYTES = 16;

/** SHA-256, hexadecimal. */
export async function sha256(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const strongTag = async (bytes: BufferSource) => `"${(await sha256(bytes)).slice(0, 2 * TAG_BYTES)}"`;

/** The strong tag of a representation that these facts decide, byte for byte. @param facts as JSON can hold them */
export const tagOf = (facts: readonly unknown[]) =>
  strongTag(new TextEncoder().encode(JSON.stringify(facts)));

/** Whether the client has the representation of this tag already: `If-None-Match` is `*`, or a list that names it. */
export function isCurrent(c: Context, tag: string): boolean {
  if (c.req.method !== "GET" && c.req.method !== "HEAD") return false;
  const sent = c.req.header("If-None-Match")?.trim() ?? "";
  // The comparison is the weak one: a proxy that compresses may have made the tag weak.
  return sent === "*" || (sent.match(/"[^"]*"/g)?.includes(tag) ?? false);
}

/** Tags a successful response by its bytes; for responses that cost next to nothing to make. */
export const tagged: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.status !== 200) return;
  const tag = await strongTag(await c.res.clone().arrayBuffer());
  c.res.headers.set("ETag", tag);
  if (!isCurrent(c, tag)) return;
  const headers = new Headers(c.res.headers);
  for (const name of ["Content-Type", "Content-Length"]) headers.delete(name);
  c.res = new Response(null, { status: 304, headers });
};
