import type { Context } from "hono";
import { Problem } from "../response/problem.ts";
import type { Services } from "../services.ts";

/**
 * Whose request it is: the digest of its bearer token (RFC 6750).
 * @param digests SHA-256 of each valid token, hexadecimal
 * @throws Problem 401 without a valid token
 */
export async function requireOwner(c: Context, digests: readonly string[]): Promise<string> {
  const [, token] = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(c.req.header("Authorization") ?? "") ?? [];
  if (token === undefined) {
    throw refusal("Audits need a bearer token. Send the header Authorization: Bearer <token>.", "Bearer");
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  // All digests are compared, each in full, so that the time taken says nothing about any of them.
  const owners = digests.filter((known) => equal(digest, known));
  const [owner] = owners;
  if (owner !== undefined) return owner;
  throw refusal(
    "The bearer token is not valid for this service. Ask the operator for a valid one.",
    'Bearer error="invalid_token"',
  );
}

/**
 * The same, for cheap routes: only a rejection counts towards the rate limit, so that an owner may send any
 * number of requests.
 * @throws Problem 401 without a valid token, 429 when its client sends too many of them
 */
export async function requireKnownOwner(
  c: Context,
  { tokens, rateLimit }: Pick<Services, "tokens" | "rateLimit">,
): Promise<string> {
  try {
    return await requireOwner(c, tokens);
  } catch (cause) {
    await rateLimit.countRequest(c);
    throw cause;
  }
}

function refusal(detail: string, challenge: string): Problem {
  return new Problem("unauthorized", detail, "Authorization", { headers: { "WWW-Authenticate": challenge } });
}

/** Compares every byte, whatever the first difference. */
function equal(digest: Uint8Array, known: string): boolean {
  let difference = known.length ^ (digest.length * 2);
  for (const [at, byte] of digest.entries()) {
    difference |= byte ^ Number.parseInt(known.slice(at * 2, at * 2 + 2), 16);
  }
  return difference === 0;
}
