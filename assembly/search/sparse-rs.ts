import { reserve } from "../memory";
import { randomBelow } from "../random";
import {
  chunkCount,
  chunkIsFull,
  endSearch,
  nextCandidate,
  offerCandidate,
  openChunk,
  pixels,
  setGeneration,
} from "./chunk";
import {
  freeAllPositions,
  freePosition,
  MOST_REPEATS,
  randomCornerColour,
  takePosition,
  takeRandomPosition,
} from "./draws";
import { GAVE_UP } from "./endings";
import { lossOf, queriesLeft } from "./queried";

// Sparse-RS (Croce, Andriushchenko, Singh, Flammarion and Hein, "Sparse-RS: a Versatile Framework for
// Query-Efficient Sparse Black-Box Adversarial Attacks", 2022) for the number of changed pixels: keep k
// positions with corner colours, move some of them to new positions and colours, keep the change if the
// loss fell. One proposal at a time: each builds on the loss of the one before.
// One difference: a moved pixel may land where a moved one was, so that k can be all pixels of a small image.

/** α at the start, the share of pixels to move. */
let alpha: f64 = 0;

let set: usize = 0;
let trial: usize = 0;
let setEntry = -1;
let trialEntry = -1;
let moved = 0;
let spent = 0;
let span = 0;
let repeats = 0;

/** Reserves the set of pixels, and the one on trial. */
export function reserveSparseRs(): void {
  set = reserve(pixels * 8);
  trial = reserve(pixels * 8);
}

/** Starts a search whose schedule begins with `firstAlpha`, in (0, 1], and ends with the budget. */
export function beginSparseRs(firstAlpha: f64): void {
  alpha = firstAlpha;
  setEntry = -1;
  trialEntry = -1;
  spent = 0;
  span = queriesLeft();
  repeats = 0;
  freeAllPositions();
  setGeneration(0);
}

/** Puts the next new proposal into the chunk, one whatever the limit; returns 0 when the search is over. */
export function askSparseRs(limit: i32): i32 {
  openChunk(min(limit, 1));
  while (!chunkIsFull()) {
    if (repeats == MOST_REPEATS) {
      endSearch(GAVE_UP);
      break;
    }
    if (trialEntry >= 0) judgeTrial();
    propose();
    memory.copy(nextCandidate(), trial, pixels << 3);
    trialEntry = offerCandidate();
    repeats = chunkCount() > 0 ? 0 : repeats + 1;
  }
  spent += chunkCount();
  return chunkCount();
}

/** Keeps the trial if its loss is lower than the set's, or if it is the first. */
function judgeTrial(): void {
  if (setEntry < 0 || lossOf(trialEntry) < lossOf(setEntry)) {
    memory.copy(set, trial, pixels << 3);
    setEntry = trialEntry;
    return;
  }
  for (let i = 0; i < moved; i++) freePosition(load<u32>(trial + ((<usize>i) << 3)));
  for (let i = 0; i < moved; i++) takePosition(load<u32>(set + ((<usize>i) << 3)));
}

/** Makes the trial: the set with its first `moved` pixels, after a partial shuffle, drawn anew. */
function propose(): void {
  moved = setEntry < 0 ? pixels : pixelsToMove();
  for (let i = 0; setEntry >= 0 && i < moved; i++) {
    swap(i, i + <i32>randomBelow(pixels - i));
    freePosition(load<u32>(set + ((<usize>i) << 3)));
  }
  memory.copy(trial, set, pixels << 3);
  for (let i = 0; i < moved; i++) {
    const at = trial + ((<usize>i) << 3);
    store<u32>(at, takeRandomPosition());
    store<u32>(at, randomCornerColour(), 4);
  }
}

function swap(a: i32, b: i32): void {
  const first = set + ((<usize>a) << 3);
  const second = set + ((<usize>b) << 3);
  const pixel = load<u64>(first);
  store<u64>(first, load<u64>(second));
  store<u64>(second, pixel);
}

/** max(1, α · k), where α shrinks as the budget is spent: the authors' schedule for pixels. */
function pixelsToMove(): i32 {
  const tenThousandths = <i32>((<i64>spent * 10_000) / span);
  return max(1, <i32>((alpha / shrinkage(tenThousandths)) * <f64>pixels));
}

function shrinkage(tenThousandths: i32): f64 {
  if (tenThousandths == 0) return 1;
  if (tenThousandths <= 50) return 2;
  if (tenThousandths <= 200) return 4;
  if (tenThousandths <= 500) return 5;
  if (tenThousandths <= 1000) return 6;
  if (tenThousandths <= 2000) return 8;
  if (tenThousandths <= 4000) return 10;
  if (tenThousandths <= 6000) return 12;
  if (tenThousandths <= 8000) return 15;
  return 20;
}
