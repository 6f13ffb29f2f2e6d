import { channels, height, positions, width } from "../image";
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
import { cornerColour, MOST_REPEATS } from "./draws";
import { GAVE_UP } from "./endings";
import {
  bar,
  changes,
  choose,
  chooseFirst,
  colours,
  forgetLosses,
  isBarred,
  learn,
  logarithmOf,
  MOST_CHOSEN,
  reserveScoreMap,
  unbar,
} from "./score-map";
import { lossOf, queriesLeft } from "./queried";

// The guided search: a set of pixels with corner colours, built and then improved, guided by
// what every loss so far says about each pixel and colour (score-map.ts).
//
// It builds the set one pixel at a time. For each it tries the most promising cells in addition to the
// pixels already placed, and keeps the best. Then it improves the set until the search ends: a random pixel
// is moved to one of the most promising cells, shifted by up to two pixels, or recoloured in one
// channel; the change is kept unless the loss rose. It learns from every loss, including those of rejected
// changes. It makes one proposal at a time, because each depends on the loss of the one before.

/** Cells that are tried for each pixel of the set, if the budget is not for fewer. */
const TRIALS = 40;
/** At most this part of the budget is spent on building. */
const BUILDING_SHARE = 4;
/** The weight of contrast in a cell's score while the set is built; then losses say enough. */
const GAMMA: f64 = 1.0;
/** Percentages of changes that move a pixel and that shift one; the others recolour one. */
const MOVES = 40;
const SHIFTS = 30;
/** The percentage of moves to a random cell. */
const STRAYS = 10;
/**
 * The search gives up after so many proposals in a row that did not improve the set: by then hardly any
 * image is still fooled (docs/search.md).
 */
const PATIENCE = 4000;
/** A shift is at most this long, in each direction. */
const REACH = 2;

/** The cells of the set; while it is built, `placed` of them. */
let set: usize = 0;
let placed = 0;
/** The logarithm of the set's loss. */
let setLoss: f64 = 0;
/** The place in the set that is on trial, its cell, its entry among the queried, and whether that was new. */
let place = 0;
let trial = 0;
let trialEntry = -1;
let isNew = false;
/** While the set is built: cells tried for the next pixel, how many will be, and the best of them. */
let tried: usize = 0;
let triedCount = 0;
let trials = 0;
let best = 0;
let bestLoss: f64 = Infinity;
/** The cells that were chosen to begin with, or that a move chooses from. */
let chosen: usize = 0;
let firsts = 0;
/** How many a move chooses from, and the score map's state when they were chosen. */
let promising = 0;
let promisingSince = -1;
let repeats = 0;
/** Proposals since the set last improved. */
let vain = 0;

/** Reserves the set and what is known about each cell. */
export function reserveGuided(): void {
  reserveScoreMap();
  set = reserve(pixels * 4);
  tried = reserve((TRIALS + MOST_CHOSEN) * 4);
  chosen = reserve(MOST_CHOSEN * 4);
}

/** Starts a search, with nothing known. */
export function beginGuided(): void {
  forgetLosses();
  firsts = chooseFirst(chosen);
  promisingSince = -1;
  placed = 0;
  trialEntry = -1;
  triedCount = 0;
  trials = max(1, min(TRIALS, queriesLeft() / (BUILDING_SHARE * pixels)));
  bestLoss = Infinity;
  setLoss = NaN;
  repeats = 0;
  vain = 0;
  setGeneration(0);
}

/** Puts the next new proposal into the chunk, one whatever the limit; returns 0 when the search is over. */
export function askGuided(limit: i32): i32 {
  openChunk(min(limit, 1));
  while (!chunkIsFull()) {
    if (trialEntry >= 0) judgeTrial();
    trialEntry = -1;
    if (vain == PATIENCE || repeats == MOST_REPEATS) {
      endSearch(GAVE_UP);
      break;
    }
    if (placed == pixels) {
      proposeChange();
    } else if (!proposePixel()) {
      placeBest();
      continue;
    }
    writeTrial();
    trialEntry = offerCandidate();
    isNew = chunkCount() > 0;
    repeats = isNew ? 0 : repeats + 1;
  }
  return chunkCount();
}

/** Learns from the trial, and keeps it if it is good. */
function judgeTrial(): void {
  const loss = logarithmOf(lossOf(trialEntry));
  if (isNaN(setLoss)) setLoss = loss;
  if (isNew) learn(trial, loss - setLoss);
  if (placed < pixels) {
    if (!(loss < bestLoss)) return;
    best = trial;
    bestLoss = loss;
    return;
  }
  if (loss < setLoss) vain = 0;
  else if (isNew) vain++;
  if (loss <= setLoss) {
    forEachColour(cellAt(set, place), false);
    setCell(set, place, trial);
    forEachColour(trial, true);
    setLoss = loss;
  }
}

/** Puts a cell on trial beside the pixels already placed; false when enough were tried for this place. */
function proposePixel(): bool {
  const limit = placed == 0 ? trials + firsts : trials;
  if (triedCount == limit) return false;
  const next = tried + ((<usize>triedCount) << 2);
  if (placed == 0 && triedCount < firsts) store<i32>(next, cellAt(chosen, triedCount));
  else if (choose(next, 1, GAMMA) == 0) return false;
  place = placed;
  trial = load<i32>(next);
  bar(trial);
  triedCount++;
  return true;
}

/** Ends the trials for a place of the set: the best of them stays. */
function placeBest(): void {
  for (let i = 0; i < triedCount; i++) unbar(cellAt(tried, i));
  setCell(set, placed, best);
  forEachColour(best, true);
  placed++;
  triedCount = 0;
  setLoss = bestLoss;
  bestLoss = Infinity;
  setGeneration(placed);
}

/** Puts a change of a random pixel of the set on trial. */
function proposeChange(): void {
  place = randomBelow(pixels);
  const before = cellAt(set, place);
  const kind = <i32>randomBelow(100);
  if (kind < MOVES) trial = moved();
  else if (kind < MOVES + SHIFTS) trial = shifted(before);
  else trial = -1;
  if (trial < 0 || isBarred(trial)) trial = before ^ (1 << randomBelow(channels));
}

/** One of the most promising cells, or any; −1 where there is none. */
function moved(): i32 {
  if (<i32>randomBelow(100) < STRAYS) return randomBelow(positions * colours);
  // Most proposals repeat one that was queried, and change nothing.
  if (promisingSince != changes) promising = choose(chosen, MOST_CHOSEN, 0);
  promisingSince = changes;
  return promising > 0 ? cellAt(chosen, randomBelow(promising)) : -1;
}

/** The cell's colour at a near position; −1 if that is outside the image. */
function shifted(cell: i32): i32 {
  const position = cell / colours;
  const x = (position % width) + <i32>randomBelow(2 * REACH + 1) - REACH;
  const y = position / width + <i32>randomBelow(2 * REACH + 1) - REACH;
  if (x < 0 || x >= width || y < 0 || y >= height) return -1;
  return (y * width + x) * colours + (cell % colours);
}

/** Bars or unbars every colour of a cell's pixel. */
function forEachColour(cell: i32, barred: bool): void {
  const first = cell - (cell % colours);
  for (let other = first; other < first + colours; other++) {
    if (barred) bar(other);
    else unbar(other);
  }
}

/** Writes the set with the cell on trial where the next candidate is to be offered. */
function writeTrial(): void {
  const candidate = nextCandidate();
  for (let i = 0; i < pixels; i++) {
    // While the set is built, the pixel on trial stands in all free places.
    const cell = i < placed && i != place ? cellAt(set, i) : trial;
    const at = candidate + ((<usize>i) << 3);
    store<u32>(at, cell / colours);
    store<u32>(at, cornerColour(cell % colours), 4);
  }
}

function cellAt(list: usize, index: i32): i32 {
  return load<i32>(list + ((<usize>index) << 2));
}

function setCell(list: usize, index: i32, cell: i32): void {
  store<i32>(list + ((<usize>index) << 2), cell);
}
