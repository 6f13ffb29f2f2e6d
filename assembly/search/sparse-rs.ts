import { height, width } from "../image";
import { reserve } from "../memory";
import { randomBelow } from "../random";
import {
  forgetEffects,
  learnEffect,
  reserveBlockMap,
  strikingColour,
  takePromisingPosition,
  widenColours,
} from "./block-map";
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
  positionIsFree,
  randomCornerColour,
  takePosition,
  takeRandomPosition,
} from "./draws";
import { GAVE_UP } from "./endings";
import { lossOf, queriesLeft } from "./queried";
import { logarithmOf } from "./score-map";

// Sparse-RS (Croce, Andriushchenko, Singh, Flammarion and Hein, "Sparse-RS: a Versatile Framework for
// Query-Efficient Sparse Black-Box Adversarial Attacks", 2022) for the number of changed pixels: keep k
// positions with corner colours, move some of them to new positions and colours, keep the change if the
// loss fell. One proposal at a time: each builds on the loss of the one before.
// One difference: a moved pixel may land where a moved one was, so that k can be all pixels of a small image.
//
// The guided random search, which is what `auto` is for many pixels, differs from it: pixels go to blocks of the image where
// changes have lowered the loss (block-map.ts), in the corner colour that changes them most; some proposals shift pixels by up to
// two instead; and α starts higher and shrinks with the queries made rather than with the budget, so that a larger budget
// continues a smaller one. docs/search.md says on what its constants were chosen.

/** α₀ of the guided random search, and the queries over which it shrinks. */
const GUIDED_ALPHA: f64 = 0.6;
const GUIDED_SPAN = 10_000;
/** After so many queries it goes on in smaller steps: most images have fallen, the others need care. */
const LARGE_STEPS = 200;
const LATE_ALPHA: f64 = 0.15;
/** After so many queries at least this percentage of its colours are any corner: the most striking ones did not do. */
const STRIKING_QUERIES = 100;
const LATE_ANY_COLOURS = 30;
/** The percentage of its proposals that shift pixels, and by how much at most in each direction. */
const SHIFTS = 20;
const REACH = 2;

let isGuided = false;
/** Whether the trial was new when it was proposed, so that its loss says something new. */
let isNew = false;
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

/** Reserves what the guided random search knows, beside the sets. */
export function reserveGuidedRs(): void {
  reserveSparseRs();
  reserveBlockMap();
}

/** Starts a search whose schedule begins with `firstAlpha`, in (0, 1], and ends with the budget. */
export function beginSparseRs(firstAlpha: f64): void {
  isGuided = false;
  alpha = firstAlpha;
  span = queriesLeft();
  begin();
}

/** Starts the guided random search, with nothing known: how many percent of pixels go anywhere, and of colours are any corner. */
export function beginGuidedRs(strayPercent: i32, anyColourPercent: i32): void {
  isGuided = true;
  alpha = GUIDED_ALPHA;
  span = GUIDED_SPAN;
  forgetEffects(strayPercent, anyColourPercent);
  begin();
}

function begin(): void {
  setEntry = -1;
  trialEntry = -1;
  spent = 0;
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
    isNew = chunkCount() > 0;
    repeats = isNew ? 0 : repeats + 1;
  }
  spent += chunkCount();
  return chunkCount();
}

/** Keeps the trial if its loss is lower than the set's, or if it is the first. */
function judgeTrial(): void {
  if (isGuided && isNew && setEntry >= 0) learnTrial();
  if (setEntry < 0 || lossOf(trialEntry) < lossOf(setEntry)) {
    memory.copy(set, trial, pixels << 3);
    setEntry = trialEntry;
    return;
  }
  for (let i = 0; i < moved; i++) freePosition(positionIn(trial, i));
  for (let i = 0; i < moved; i++) takePosition(positionIn(set, i));
}

/** Learns from the trial: an equal part for each pixel that moved, the reverse for where it came from. */
function learnTrial(): void {
  const effect = (logarithmOf(lossOf(trialEntry)) - logarithmOf(lossOf(setEntry))) / <f64>moved;
  for (let i = 0; i < moved; i++) {
    learnEffect(positionIn(trial, i), effect);
    learnEffect(positionIn(set, i), -effect);
  }
}

/** Makes the trial: the set with its first `moved` pixels, after a partial shuffle, drawn anew or shifted. */
function propose(): void {
  const isFirst = setEntry < 0;
  if (isGuided && spent >= STRIKING_QUERIES) widenColours(LATE_ANY_COLOURS);
  moved = isFirst ? pixels : pixelsToMove();
  const isShift = isGuided && !isFirst && <i32>randomBelow(100) < SHIFTS;
  for (let i = 0; !isFirst && i < moved; i++) {
    swap(i, i + <i32>randomBelow(pixels - i));
    if (!isShift) freePosition(positionIn(set, i));
  }
  memory.copy(trial, set, pixels << 3);
  for (let i = 0; i < moved; i++) {
    const at = trial + ((<usize>i) << 3);
    if (isShift) {
      store<u32>(at, takeNear(load<u32>(at)));
    } else if (isGuided) {
      const position = takePromisingPosition();
      store<u32>(at, position);
      store<u32>(at, strikingColour(position), 4);
    } else {
      store<u32>(at, takeRandomPosition());
      store<u32>(at, randomCornerColour(), 4);
    }
  }
}

/** Frees a position and takes a near one, or keeps it if that is taken. */
function takeNear(position: i32): i32 {
  const x = (position % width) + <i32>randomBelow(2 * REACH + 1) - REACH;
  const y = position / width + <i32>randomBelow(2 * REACH + 1) - REACH;
  const near = max(0, min(y, height - 1)) * width + max(0, min(x, width - 1));
  if (!positionIsFree(near)) return position;
  freePosition(position);
  takePosition(near);
  return near;
}

function positionIn(list: usize, index: i32): i32 {
  return load<i32>(list + ((<usize>index) << 3));
}

function swap(a: i32, b: i32): void {
  const first = set + ((<usize>a) << 3);
  const second = set + ((<usize>b) << 3);
  const pixel = load<u64>(first);
  store<u64>(first, load<u64>(second));
  store<u64>(second, pixel);
}

/** max(1, α · k), where α shrinks as queries are spent: the authors' schedule for pixels. */
function pixelsToMove(): i32 {
  const tenThousandths = <i32>((<i64>spent * 10_000) / span);
  const first = isGuided && spent > LARGE_STEPS ? LATE_ALPHA : alpha;
  return max(1, <i32>((first / shrinkage(tenThousandths)) * <f64>pixels));
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
