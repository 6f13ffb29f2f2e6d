import { positions } from "../image";
import { reserve } from "../memory";
import {
  chunkCount,
  chunkIsFull,
  endSearch,
  nextCandidate,
  offerCandidate,
  openChunk,
  setGeneration,
} from "./chunk";
import { cornerColour } from "./draws";
import { EXHAUSTED } from "./endings";
import {
  bar,
  choose,
  chooseFirst,
  colours,
  forgetLosses,
  learn,
  logarithmOf,
  MOST_CHOSEN,
  reserveScoreMap,
} from "./score-map";
import { lossOf } from "./queried";

// The corner scan: every pixel × every corner colour, each exactly once, most promising first
// (score-map.ts), in rounds. A round depends only on the losses of finished rounds, so the order does not
// depend on the chunk.

/** The weight of contrast in a cell's score. */
const GAMMA: f64 = 1.0;

/** The cells of the round (see score-map.ts), and their entries in the memory of queried candidates. */
let round: usize = 0;
let entries: usize = 0;
let size = 0;
let asked = 0;
let rounds = 0;
/** The logarithm of the first known loss; NaN when there is none. */
let zero: f64 = NaN;

/** Reserves the round and what is known about each cell. */
export function reserveCorners(): void {
  reserveScoreMap();
  round = reserve(MOST_CHOSEN * 4);
  entries = reserve(MOST_CHOSEN * 4);
}

/** Starts a scan, with no loss known. */
export function beginCorners(): void {
  forgetLosses();
  zero = NaN;
  size = chooseFirst(round);
  asked = 0;
  rounds = 0;
  setGeneration(0);
}

/**
 * Fills the chunk with the next cells of the round, or of the next round; returns their number. It checks
 * for remaining cells before the budget: a scan that uses its last query for its last cell is exhausted.
 */
export function askCorners(limit: i32): i32 {
  openChunk(limit);
  while (true) {
    if (asked == size) {
      if (chunkCount() > 0) break;
      if (!nextRound()) {
        endSearch(EXHAUSTED);
        break;
      }
    }
    if (chunkIsFull()) break;
    writeCell(load<i32>(round + ((<usize>asked) << 2)));
    store<i32>(entries + ((<usize>asked) << 2), offerCandidate());
    asked++;
  }
  return chunkCount();
}

/** Learns the losses of the finished round and chooses the next; false when no cell is left. */
function nextRound(): bool {
  for (let i = 0; i < size; i++) {
    learnCell(load<i32>(round + ((<usize>i) << 2)), load<i32>(entries + ((<usize>i) << 2)));
  }
  size = choose(round, MOST_CHOSEN, GAMMA);
  asked = 0;
  if (size == 0) return false;
  setGeneration(++rounds);
  return true;
}

/** Records the loss of a queried cell, which is not queried again. */
function learnCell(cell: i32, entry: i32): void {
  const loss = logarithmOf(lossOf(entry));
  if (isNaN(zero)) zero = loss;
  learn(cell, loss - zero);
  bar(cell);
}

/** Writes the candidate of a cell where the next one is to be offered. */
function writeCell(cell: i32): void {
  const candidate = nextCandidate();
  store<u32>(candidate, cell / colours);
  store<u32>(candidate, cornerColour(cell % colours), 4);
}
