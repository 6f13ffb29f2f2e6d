/** The concurrency limit: how many requests may compute at once in one isolate. */
import type { Context } from "hono";
import type { AttackSettings } from "../../core/attack/options/settings.ts";
import { Problem } from "../response/problem.ts";

/** A fixed number of slots; a request holds one or more of them while it computes. */
export interface ConcurrencyLimit {
  /** Takes slots for work outside of a request. @returns a function that frees them; null when too few are free */
  acquire(slots: number): (() => void) | null;
  /** Takes slots, one if not said otherwise, until the request is over. @throws Problem 429 when too few are free */
  enter(c: Context, slots?: number): void;
}

/** The genes of differential evolution, population × pixels, for each slot. */
const GENES_PER_SLOT = 4096;
/** The queries, of the largest budget, for each slot: the kernel remembers every query. */
const QUERIES_PER_SLOT = 50_000;

/** The bytes of incremental inference for each slot. */
const BYTES_PER_SLOT = 3 * 2 ** 20;

/**
 * The slots that so many queries take.
 * @param inference the bytes of incremental inference
 */
export const slotsForQueries = (budget: number, inference: number): number =>
  Math.max(Math.ceil(budget / QUERIES_PER_SLOT), Math.ceil(inference / BYTES_PER_SLOT));

/**
 * The slots that an attack takes. A slot stands for memory, 3 to 4 MB: a large budget adds 3 MB, the largest
 * populations 12, and a large classifier its weights and activations.
 * @param inference the bytes of incremental inference
 */
export function slotsFor(settings: AttackSettings, inference: number): number {
  const remembered = slotsForQueries(settings.budget, inference);
  if (settings.search !== "de") return remembered;
  const most = settings.pixels === "min" ? settings.maxPixels : settings.pixels;
  return Math.max(remembered, Math.ceil((settings.population * most) / GENES_PER_SLOT));
}

/** The slots that starting an audit takes: its body and its decoded images may need 24 MB. */
export const AUDIT_SLOTS = 6;

/**
 * @param slots how many this isolate has; there is no queue, because a request that waits holds its image in memory
 */
export function createConcurrencyLimit(slots: number): ConcurrencyLimit {
  let taken = 0;
  const acquire = (wanted: number) => {
    const needed = Math.min(wanted, slots);
    if (taken + needed > slots) return null;
    taken += needed;
    return () => {
      taken -= needed;
    };
  };
  return {
    acquire,
    enter(c, wanted = 1) {
      const release = acquire(wanted);
      if (release === null) {
        const detail =
          "This instance of the service is already running as many requests as it has memory for. Try again in a second.";
        throw new Problem("busy", detail, undefined, { headers: { "Retry-After": "1" } });
      }
      c.get("record").release.push(release);
    },
  };
}
