import { positions } from "../image";
import { reserve } from "../memory";
import { BUDGET, NONE } from "./endings";
import { queriedCount, queriesLeft, remember, tellLosses } from "./queried";

// The chunk of new candidates that an ask fills, encoded as in src/core/kernel/candidates.ts, and their losses.

/** The number k of pixels that a candidate changes. */
export let pixels = 0;

let capacity = 0;
let encoded: usize = 0;
let losses: usize = 0;
let scratch: usize = 0;
/** For each byte, where the next pair with it belongs. */
let places: usize = 0;
let count = 0;
let wanted = 0;
let chunkGeneration = 0;
/** Why the search has ended (endings.ts). */
let searchEnding = NONE;

/** Reserves a chunk of at most `candidates` candidates. */
export function reserveChunk(candidates: i32, changedPixels: i32): void {
  pixels = changedPixels;
  capacity = candidates;
  encoded = reserve(candidates * changedPixels * 8);
  losses = reserve(candidates * 8);
  scratch = reserve(changedPixels * 8);
  places = reserve(256 * 4);
}

/** Address of the encoded pixels of the chunk's candidates. */
export function chunkCandidates(): usize {
  return encoded;
}

/** Address where the losses of the chunk's candidates are to be written before tell(). */
export function chunkLosses(): usize {
  return losses;
}

/** The generation that the chunk's candidates belong to. */
export function generation(): i32 {
  return chunkGeneration;
}

/** Stores the losses written at chunkLosses(), one for each candidate of the chunk. */
export function tell(): void {
  tellLosses(losses);
}

/**
 * Starts a new chunk of at most `limit` candidates, fewer if the budget ends before. A chunk that stays
 * empty ends the search; the reason is the budget, unless endSearch() sets another.
 */
export function openChunk(limit: i32): void {
  count = 0;
  wanted = min(min(limit, capacity), queriesLeft());
  searchEnding = wanted > 0 ? NONE : BUDGET;
}

/** Sets why the search has ended: one of endings.ts. */
export function endSearch(why: i32): void {
  if (count == 0) searchEnding = why;
}

/** Why the last ask returned no candidate: one of endings.ts, NONE if it returned some. */
export function ending(): i32 {
  return searchEnding;
}

export function chunkIsFull(): bool {
  return count >= wanted;
}

export function chunkCount(): i32 {
  return count;
}

export function setGeneration(number: i32): void {
  chunkGeneration = number;
}

/** Where the next candidate is to be written before offerCandidate(). */
export function nextCandidate(): usize {
  return encoded + ((<usize>(count * pixels)) << 3);
}

/**
 * Offers the candidate at nextCandidate(): it is converted to canonical form, and stays in the chunk if it
 * is new.
 * @returns the number of its entry in the memory of queried candidates.
 */
export function offerCandidate(): i32 {
  const candidate = nextCandidate();
  canonicalise(candidate);
  const before = queriedCount();
  const entry = remember(candidate);
  if (entry == before) count++;
  return entry;
}

/** Sorts changed pixels by position; of those at one position, the last one's colour counts for all. */
function canonicalise(candidate: usize): void {
  if (pixels == 1) return;
  sortByPosition(candidate);
  for (let i = pixels - 2; i >= 0; i--) {
    const at = candidate + ((<usize>i) << 3);
    if (load<u32>(at) == load<u32>(at, 8)) store<u32>(at, load<u32>(at, 12), 4);
  }
}

/** A stable radix sort, a byte of the position at a time, of position-colour pairs. */
function sortByPosition(candidate: usize): void {
  let from = candidate;
  let to = scratch;
  const bytes = (<usize>pixels) << 3;
  for (let shift = 0; (positions - 1) >>> shift != 0; shift += 8) {
    memory.fill(places, 0, 256 * 4);
    for (let at = from, end = from + bytes; at < end; at += 8) {
      const place = places + ((<usize>((load<u32>(at) >>> shift) & 255)) << 2);
      store<u32>(place, load<u32>(place) + 8);
    }
    for (let place = places, before: u32 = 0; place < places + 256 * 4; place += 4) {
      const size = load<u32>(place);
      store<u32>(place, before);
      before += size;
    }
    for (let at = from, end = from + bytes; at < end; at += 8) {
      const place = places + ((<usize>((load<u32>(at) >>> shift) & 255)) << 2);
      const offset = load<u32>(place);
      store<u64>(to + offset, load<u64>(at));
      store<u32>(place, offset + 8);
    }
    const swapped = from;
    from = to;
    to = swapped;
  }
  if (from != candidate) memory.copy(candidate, from, bytes);
}
