import { reserve } from "../memory";
import { queriedCount, queriesLeft, remember, tellLosses } from "./queried";

// The chunk of new candidates that an ask fills, in the word format of src/kernel/candidates.ts, and
// the losses that are told about it.

/** The number k of pixels that a candidate changes. */
export let pixels = 0;

let capacity = 0;
let words: usize = 0;
let losses: usize = 0;
let scratch: usize = 0;
let count = 0;
let wanted = 0;
let chunkGeneration = 0;

/** Reserves a chunk of at most `candidates` candidates. */
export function reserveChunk(candidates: i32, changedPixels: i32): void {
  pixels = changedPixels;
  capacity = candidates;
  words = reserve(candidates * changedPixels * 8);
  losses = reserve(candidates * 8);
  scratch = reserve(changedPixels * 8);
}

/** Address of the words of the chunk's candidates. */
export function chunkWords(): usize {
  return words;
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

/** Starts a new chunk of at most `limit` candidates, fewer if the budget ends before. */
export function openChunk(limit: i32): void {
  count = 0;
  wanted = min(min(limit, capacity), queriesLeft());
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

/** Where the next candidate's words are to be written before offerCandidate(). */
export function nextCandidate(): usize {
  return words + ((<usize>(count * pixels)) << 3);
}

/**
 * Offers the candidate at nextCandidate(): it is brought into canonical form, and stays in the chunk
 * if it was never queried.
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

/** A stable merge sort, from the bottom up, of position-colour pairs. */
function sortByPosition(candidate: usize): void {
  const bytes = pixels << 3;
  for (let run = 8; run < bytes; run <<= 1) {
    for (let left = 0; left + run < bytes; left += run << 1) {
      const middle = left + run;
      const right = min(middle + run, bytes);
      // Only the left run moves out of the way: the merge never overtakes the right one.
      memory.copy(scratch, candidate + left, run);
      let a = scratch;
      const aEnd = scratch + run;
      let b = candidate + middle;
      const bEnd = candidate + right;
      let to = candidate + left;
      while (a < aEnd && b < bEnd) {
        if (load<u32>(b) < load<u32>(a)) {
          store<u64>(to, load<u64>(b));
          b += 8;
        } else {
          store<u64>(to, load<u64>(a));
          a += 8;
        }
        to += 8;
      }
      memory.copy(to, a, aEnd - a);
    }
  }
}
