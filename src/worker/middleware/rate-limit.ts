/** The rate limits: how often one network may ask, and for how much work. */
import type { Context } from "hono";
import { Problem } from "../response/problem.ts";

/** How often one network may ask. */
export interface RequestRate {
  /** As the header `RateLimit-Policy` says it: `"compute";q=<requests>;w=<seconds>`. */
  readonly policy: string;
  /** Whether the network has requests left; counts this one. */
  readonly allows: (network: string) => Promise<boolean>;
}

/** How much work one network may ask for. */
export interface WorkRate {
  /** As the header `RateLimit-Policy` says it: `"work";q=<units>;w=<seconds>`. */
  readonly policy: string;
  /** Millions of multiply-adds in one unit. */
  readonly unit: number;
  /** Whether the network has so many units left; counts them. */
  readonly allows: (network: string, units: number) => Promise<boolean>;
}

/** Counts requests, and their work, for the network that they come from. */
export interface RateLimit {
  /** Counts a request. @throws Problem 429 when its network asks too often */
  countRequest(c: Context): Promise<void>;
  /** Counts the work of a request, in millions of multiply-adds. @throws Problem 429 when its network asks for too much */
  countWork(c: Context, work: number): Promise<void>;
}

/** The network that one client has to itself: its IPv4 address, or the first 64 bits of its IPv6 address. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter(Boolean).length;
  const all = [...groups, ...Array<string>(missing).fill("0"), ...(tail?.split(":") ?? [])];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

/** The network that a request comes from, as Cloudflare reports it; undefined for requests from the machine itself, which have no limit. */
function networkOfRequest(c: Context): string | undefined {
  const address = c.req.header("CF-Connecting-IP");
  return address === undefined || address === "::1" || address.startsWith("127.")
    ? undefined
    : networkOf(address);
}

/** The length of a policy's window in seconds; 60 if it names none. */
const windowOf = (policy: string): string => /;w=(\d+)/.exec(policy)?.[1] ?? "60";

export function createRateLimit(requests: RequestRate, work: WorkRate): RateLimit {
  return {
    async countRequest(c) {
      const network = networkOfRequest(c);
      if (network === undefined || (await requests.allows(network))) return;
      const seconds = windowOf(requests.policy);
      const detail = `Your network sent too many requests. Try again in ${seconds} seconds.`;
      const headers = { "Retry-After": seconds, "RateLimit-Policy": requests.policy };
      throw new Problem("rate-limited", detail, undefined, { headers });
    },
    async countWork(c, amount) {
      const network = networkOfRequest(c);
      const { unit, policy } = work;
      if (network === undefined || (await work.allows(network, Math.ceil(amount / unit)))) return;
      const seconds = windowOf(policy);
      const [, units] = /;q=(\d+)/.exec(policy) ?? [];
      const detail =
        `This request may cost ${Math.ceil(amount)} million multiply-adds, which is more than your network has left of its ` +
        `${Number(units) * unit} for ${seconds} seconds. Try again in ${seconds} seconds, or lower ` +
        "budget or pixels.";
      const headers = { "Retry-After": seconds, "RateLimit-Policy": policy };
      throw new Problem("rate-limited", detail, undefined, { headers });
    },
  };
}
