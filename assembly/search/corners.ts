import { channels, height, positions, width } from "../image";
import { reserve } from "../memory";
import { chunkCount, chunkIsFull, nextCandidate, offerCandidate, openChunk, setGeneration } from "./chunk";
import { cornerColour } from "./draws";
import { find, lossOf } from "./queried";

// The corner scan: every pixel × every corner colour, each exactly once, most promising first.
//
// A "cell" is one pixel with one corner colour. Losses of near cells resemble each other: neighbouring
// pixels, and colours that differ in one channel. So each told loss is spread over the cells around it
// (a Gaussian of deviation 1 pixel, times 0.3 for each channel that differs), and a cell's promise is
//
//   (Σ weight · loss + prior · mean loss of its colour) ÷ (Σ weight + prior)  −  β · deviation ÷ √(Σ weight + prior)
//
// a smoothed mean, less a bonus for what is still uncertain. Lowest first, in rounds of 16, the first
// of which is spread over the image by the R2 sequence (M. Roberts, 2018). What is chosen depends on
// the losses of finished rounds alone, so that the order does not depend on the chunk.

const ROUND = 16;
const RADIUS = 2;
/** exp(−d² ÷ 2) for d² = 0…8. */
const SPREAD: usize = memory.data<f32>([
  1.0, 0.60653067, 0.36787945, 0.22313017, 0.13533528, 0.082085, 0.049787067, 0.030197384, 0.018315639,
]);
const CHANNEL_WEIGHT: f32 = 0.3;
const PRIOR: f32 = 0.3;
const BONUS: f64 = 0.5;
/** Losses of this size and more are all the same: it keeps infinities out of the sums. */
const LARGEST_LOSS: f64 = 1e15;
/** The powers of the plastic number's inverse. */
const R2_X: f64 = 0.7548776662466927;
const R2_Y: f64 = 0.5698402909980532;

/** Where four promises are taken apart. */
const scratch: usize = memory.data(16, 16);

let colours = 0;
let cells = 0;
/** For each cell the sum of weight · loss, infinite once it was queried. */
let sums: usize = 0;
/** For each cell the sum of weights. */
let weights: usize = 0;
/** For each of 8 neighbouring cells, prior · mean loss of its colour. */
let priors: usize = 0;
/** For each colour the sum of its told losses and their number, f64. */
let colourLosses: usize = 0;
let colourCounts: usize = 0;
/** The cells of the round, by promise, their promise, and their entries in the memory of candidates. */
let round: usize = 0;
let promises: usize = 0;
let entries: usize = 0;

let chosen = 0;
let asked = 0;
let rounds = 0;
let zero: f64 = 0;
let lossCount: f64 = 0;
let lossSum: f64 = 0;
let lossSquares: f64 = 0;

/** Reserves what is known about each cell. */
export function reserveCorners(): void {
  colours = 1 << channels;
  cells = positions * colours;
  // The scan takes 8 cells at a time.
  const padded = (cells + 7) & ~7;
  sums = reserve(padded * 4);
  weights = reserve(padded * 4);
  priors = reserve(8 * 4);
  colourLosses = reserve(8 * 8);
  colourCounts = reserve(8 * 8);
  round = reserve(ROUND * 4);
  promises = reserve(ROUND * 4);
  entries = reserve(ROUND * 4);
}

/** Starts a scan. Cells that were queried before are not asked again, but what they told is used. */
export function beginCorners(): void {
  const padded = (cells + 7) & ~7;
  memory.fill(sums, 0, padded << 2);
  memory.fill(weights, 0, padded << 2);
  for (let cell = cells; cell < padded; cell++) store<f32>(sums + ((<usize>cell) << 2), Infinity);
  memory.fill(colourLosses, 0, 8 * 8);
  memory.fill(colourCounts, 0, 8 * 8);
  lossCount = 0;
  lossSum = 0;
  lossSquares = 0;
  rounds = 0;
  asked = 0;
  // The chunk is empty: its first place serves to spell the candidates that are looked up.
  openChunk(1);
  for (let cell = 0; cell < cells; cell++) {
    writeCell(cell);
    const entry = find(nextCandidate());
    if (entry >= 0) learn(cell, lossOf(entry));
  }
  chosen = 0;
  chooseFirst();
  setGeneration(0);
}

/** Fills the chunk with the next cells of the round, or of the next round; returns their number. */
export function askCorners(limit: i32): i32 {
  openChunk(limit);
  while (!chunkIsFull()) {
    if (asked == chosen) {
      if (chunkCount() > 0 || !nextRound()) break;
    }
    writeCell(load<i32>(round + ((<usize>asked) << 2)));
    store<i32>(entries + ((<usize>asked) << 2), offerCandidate());
    asked++;
  }
  return chunkCount();
}

/** Writes the candidate of a cell where the next one is to be offered. */
function writeCell(cell: i32): void {
  const candidate = nextCandidate();
  store<u32>(candidate, cell / colours);
  store<u32>(candidate, cornerColour(cell % colours), 4);
}

function isQueried(cell: i32): bool {
  return load<f32>(sums + ((<usize>cell) << 2)) == Infinity;
}

/** Learns the losses of the finished round and chooses the next; false when no cell is left. */
function nextRound(): bool {
  for (let i = 0; i < chosen; i++) {
    learn(load<i32>(round + ((<usize>i) << 2)), lossOf(load<i32>(entries + ((<usize>i) << 2))));
  }
  choose();
  asked = 0;
  if (chosen == 0) return false;
  setGeneration(++rounds);
  return true;
}

/** Spreads the loss of a queried cell over the cells around it. */
function learn(cell: i32, told: f64): void {
  const bounded = max(-LARGEST_LOSS, min(told, LARGEST_LOSS));
  // Differences from the first loss: f32 would not tell apart probabilities near 1.
  if (lossCount == 0) zero = bounded;
  const loss = bounded - zero;
  lossCount += 1;
  lossSum += loss;
  lossSquares += loss * loss;
  const colour = cell % colours;
  const ofColour = (<usize>colour) << 3;
  store<f64>(colourLosses + ofColour, load<f64>(colourLosses + ofColour) + loss);
  store<f64>(colourCounts + ofColour, load<f64>(colourCounts + ofColour) + 1);

  const position = cell / colours;
  const x = position % width;
  const y = position / width;
  for (let toY = max(0, y - RADIUS), lastY = min(height - 1, y + RADIUS); toY <= lastY; toY++) {
    for (let toX = max(0, x - RADIUS), lastX = min(width - 1, x + RADIUS); toX <= lastX; toX++) {
      const distance = (toX - x) * (toX - x) + (toY - y) * (toY - y);
      const near = load<f32>(SPREAD + ((<usize>distance) << 2));
      spread((toY * width + toX) * colours, colour, near, <f32>loss);
    }
  }
  store<f32>(sums + ((<usize>cell) << 2), Infinity);
}

/** Adds a loss of one colour to the cells of one pixel. */
function spread(firstCell: i32, colour: i32, near: f32, loss: f32): void {
  for (let other = 0; other < colours; other++) {
    let weight = near;
    for (let differing = colour ^ other; differing != 0; differing &= differing - 1) weight *= CHANNEL_WEIGHT;
    const at = (<usize>(firstCell + other)) << 2;
    store<f32>(sums + at, load<f32>(sums + at) + weight * loss);
    store<f32>(weights + at, load<f32>(weights + at) + weight);
  }
}

/** The first round: cells spread evenly over the image, the colours in turn. */
function chooseFirst(): void {
  for (let n = 0; n < ROUND; n++) {
    const x = <i32>(fraction(0.5 + <f64>n * R2_X) * <f64>width);
    const y = <i32>(fraction(0.5 + <f64>n * R2_Y) * <f64>height);
    const cell = (y * width + x) * colours + ((3 * n) & (colours - 1));
    if (isQueried(cell) || isChosen(cell)) continue;
    store<i32>(round + ((<usize>chosen) << 2), cell);
    chosen++;
  }
}

function fraction(value: f64): f64 {
  return value - Math.floor(value);
}

function isChosen(cell: i32): bool {
  for (let i = 0; i < chosen; i++) if (load<i32>(round + ((<usize>i) << 2)) == cell) return true;
  return false;
}

/** Chooses the most promising cells that were not queried, the first of equals first. */
function choose(): void {
  const mean = lossCount > 0 ? lossSum / lossCount : 0;
  const variance = lossCount > 0 ? max(0, lossSquares / lossCount - mean * mean) : 0;
  for (let lane = 0; lane < 8; lane++) {
    const ofColour = (<usize>(lane & (colours - 1))) << 3;
    // Two losses at the common mean steady the mean of a colour that was seldom tried.
    const colourMean =
      (load<f64>(colourLosses + ofColour) + 2 * mean) / (load<f64>(colourCounts + ofColour) + 2);
    store<f32>(priors + ((<usize>lane) << 2), PRIOR * <f32>colourMean);
  }
  const bonus = f32x4.splat(<f32>(BONUS * Math.sqrt(variance)));
  const prior = f32x4.splat(PRIOR);
  let bound: f32 = Infinity;
  chosen = 0;
  for (let cell = 0; cell < cells; cell += 4) {
    const at = (<usize>cell) << 2;
    const weight = f32x4.add(v128.load(weights + at), prior);
    const sum = f32x4.add(v128.load(sums + at), v128.load(priors + (at & 16)));
    const promise = f32x4.div(f32x4.sub(sum, f32x4.mul(bonus, f32x4.sqrt(weight))), weight);
    if (!v128.any_true(f32x4.lt(promise, f32x4.splat(bound)))) continue;
    v128.store(scratch, promise);
    for (let lane = 0; lane < 4; lane++)
      bound = rank(cell + lane, load<f32>(scratch + ((<usize>lane) << 2)), bound);
  }
}

/** Enters a cell into the round if it is among the best so far; returns what the next must be below. */
function rank(cell: i32, promise: f32, bound: f32): f32 {
  if (!(promise < bound)) return bound;
  let place = chosen < ROUND ? chosen++ : ROUND - 1;
  for (; place > 0; place--) {
    const before = (<usize>(place - 1)) << 2;
    if (load<f32>(promises + before) <= promise) break;
    store<f32>(promises + before, load<f32>(promises + before), 4);
    store<i32>(round + before, load<i32>(round + before), 4);
  }
  store<f32>(promises + ((<usize>place) << 2), promise);
  store<i32>(round + ((<usize>place) << 2), cell);
  return chosen < ROUND ? Infinity : load<f32>(promises + ((<usize>(ROUND - 1)) << 2));
}
