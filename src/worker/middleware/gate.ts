/** What keeps one client, or many at once, from hurting the service. */
import type { Context } from "hono";
import type { AttackSettings } from "../../core/attack/options/settings.ts";
import { Problem } from "../response/problem.ts";

/** How often one client may ask. */
export interface Rate {
  /** As the header `RateLimit-Policy` says it: `"compute";q=<requests>;w=<seconds>`. */
  readonly policy: string;
  /** Whether the client has requests left; counts this one. */
  readonly allows: (client: string) => Promise<boolean>;
}

/** How much work one client may ask for. */
export interface WorkRate {
  /** As the header `RateLimit-Policy` says it: `"work";q=<units>;w=<seconds>`. */
  readonly policy: string;
  /** Millions of multiply-adds in one unit. */
  readonly unit: number;
  /** Whether the client has so many units left; counts them. */
  readonly allows: (client: string, units: number) => Promise<boolean>;
}

/** The gate before whatever computes. */
export interface Gate {
  /** Counts a request of this client. @throws Problem 429 when it asks too often */
  admit(c: Context): Promise<void>;
  /** Counts the work of a request, in millions of multiply-adds. @throws Problem 429 when its client asks for too much */
  charge(c: Context, work: number): Promise<void>;
  /** Takes places for work outside of a request. @returns what gives them back; null when they are taken */
  take(places: number): (() => void) | null;
  /** Takes places of those that compute, one if not said otherwise, until the request is over. @throws Problem 429 when they are taken */
  enter(c: Context, places?: number): void;
  /**
   * Begins to count the bytes of a body, until the request is over.
   * @returns counts some; it throws Problem 429 when there are too many in this isolate
   */
  hold(c: Context): (bytes: number) => void;
}

/** A network of the kind that one client gets: an IPv4 address, or the first 64 bits of an IPv6 address. */
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

/** Who asks, as Cloudflare says it; undefined on one's own machine, where nobody needs to be kept off. */
function clientOf(c: Context): string | undefined {
  const address = c.req.header("CF-Connecting-IP");
  return address === undefined || address === "::1" || address.startsWith("127.")
    ? undefined
    : networkOf(address);
}

/** The genes of differential evolution, population × pixels, that go with one place. */
const GENES_A_PLACE = 4096;
/** The queries, of the largest budget, that go with one place: the kernel remembers each. */
const QUERIES_A_PLACE = 50_000;

/**
 * The places that an attack takes. A place stands for memory, 3 to 4 MB: a large budget adds 3 MB, the largest
 * populations 12.
 */
export function placesFor(settings: AttackSettings): number {
  const remembered = Math.ceil(settings.budget / QUERIES_A_PLACE);
  if (settings.search !== "de") return remembered;
  const most = settings.pixels === "min" ? settings.maxPixels : settings.pixels;
  return Math.max(remembered, Math.ceil((settings.population * most) / GENES_A_PLACE));
}

/** The most bytes of bodies that an isolate holds at once: a quarter of its memory. */
const MAX_HELD = 32 * 1024 * 1024;

/** The places that starting an audit takes: its body and its decoded images may need 24 MB. */
export const AUDIT_PLACES = 6;

/**
 * @param places how many there are in this isolate; there is no queue, because one that waits holds its image in
 *   memory
 */
export function createGate(places: number, rate: Rate, workRate: WorkRate): Gate {
  const windowOf = (policy: string): string => /;w=(\d+)/.exec(policy)?.[1] ?? "60";
  let taken = 0;
  let held = 0;
  const take = (wanted: number) => {
    const needed = Math.min(wanted, places);
    if (taken + needed > places) return null;
    taken += needed;
    return () => {
      taken -= needed;
    };
  };
  return {
    take,
    async admit(c) {
      const client = clientOf(c);
      if (client === undefined || (await rate.allows(client))) return;
      const seconds = windowOf(rate.policy);
      const detail = `There were too many requests from your network. Try again in ${seconds} seconds.`;
      const headers = { "Retry-After": seconds, "RateLimit-Policy": rate.policy };
      throw new Problem("rate-limited", detail, undefined, { headers });
    },
    async charge(c, work) {
      const client = clientOf(c);
      const { unit, policy } = workRate;
      if (client === undefined || (await workRate.allows(client, Math.ceil(work / unit)))) return;
      const seconds = windowOf(policy);
      const [, units] = /;q=(\d+)/.exec(policy) ?? [];
      const detail =
        `This request may cost ${Math.ceil(work)} million multiply-adds, and your network has not so many left of the ` +
        `${Number(units) * unit} that it may ask for in ${seconds} seconds. Try again in ${seconds} seconds, or lower ` +
        "budget or pixels.";
      const headers = { "Retry-After": seconds, "RateLimit-Policy": policy };
      throw new Problem("rate-limited", detail, undefined, { headers });
    },
    enter(c, wanted = 1) {
      const release = take(wanted);
      if (release === null) {
        const detail =
          "This instance of the service computes for as many as it can hold. Try again in a second.";
        throw new Problem("busy", detail, undefined, { headers: { "Retry-After": "1" } });
      }
      c.get("account").release.push(release);
    },
    hold(c) {
      let own = 0;
      c.get("account").release.push(() => {
        held -= own;
      });
      return (bytes) => {
        if (held + bytes > MAX_HELD) {
          const detail =
            `This instance of the service holds ${MAX_HELD} bytes of request bodies at once, and they are taken. ` +
            "Try again in a second.";
          throw new Problem("busy", detail, "body", { headers: { "Retry-After": "1" } });
        }
        held += bytes;
        own += bytes;
      };
    },
  };
}
