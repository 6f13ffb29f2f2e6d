import { channels, height, positions, samples, width } from "../image";
import { naturalLogarithm } from "../logarithm";
import { reserve } from "../memory";
import { cornerColour } from "./draws";

// Which pixel and corner colour to try next. A "cell" is one pixel with one corner colour, numbered position × colours +
// corner. Similar cells have similar losses: neighbouring pixels, and colours that differ in one channel. So each told loss
// (its logarithm: losses are ratios or probabilities) is spread over the cells around it (a Gaussian of deviation 1 pixel,
// times 0.3 for each channel that differs), and a cell's score is
//
//   (Σ weight · loss + prior · mean loss of its colour) ÷ (Σ weight + prior)
//     − deviation of all losses × (0.5 ÷ √(Σ weight + prior) + γ · contrast)
//
// a smoothed mean, minus a bonus for uncertainty and one for contrast: the share, from 0 to 1, by which the
// cell changes its pixel. Lowest first. The calling search sets γ.
//
// The constants were chosen on evaluation images 400 to 999 and an early checkpoint of cifar10-resnet8;
// each may be changed by a third with little effect.

/** Most cells that are chosen at once. */
export const MOST_CHOSEN = 16;
const RADIUS = 2;
/** exp(−d² ÷ 2) for d² = 0…8. */
const SPREAD: usize = memory.data<f32>([
  1.0, 0.60653067, 0.36787945, 0.22313017, 0.13533528, 0.082085, 0.049787067, 0.030197384, 0.018315639,
]);
const CHANNEL_WEIGHT: f32 = 0.3;
const PRIOR: f32 = 0.3;
const UNCERTAINTY_BONUS: f64 = 0.5;
/** Losses are clamped to this range, which keeps infinities out of the sums. */
const SMALLEST_LOSS: f64 = 1e-30;
const LARGEST_LOSS: f64 = 1e30;
/** The first two powers of the plastic number's inverse. */
const R2_X: f64 = 0.7548776662466927;
const R2_Y: f64 = 0.5698402909980532;
/** Where four scores are taken apart. */
const lanes: usize = memory.data(16, 16);

/** The number of corner colours: 8, or 2 for greyscale. */
export let colours = 0;

let cells = 0;
/** Cells, rounded up to whole vectors. */
let padded = 0;
/** For each cell the sum of weight · loss. */
let sums: usize = 0;
/** For each cell the sum of weights. */
let weights: usize = 0;
/** For each cell the contrast. */
let contrasts: usize = 0;
/** For each cell 0, or infinity if it is not to be chosen. */
let barriers: usize = 0;
/** For each of 8 successive cells, prior · mean loss of its colour. */
let priors: usize = 0;
/** For each colour the sum of its losses and their number, f64. */
let colourLosses: usize = 0;
let colourCounts: usize = 0;
/** The scores of the chosen cells. */
let scores: usize = 0;

/** How often something has changed that choose() depends on. */
export let changes = 0;
let lossCount: f64 = 0;
let lossSum: f64 = 0;
let lossSquares: f64 = 0;

/** Reserves what is known about each cell. */
export function reserveScoreMap(): void {
  colours = 1 << channels;
  cells = positions * colours;
  padded = (cells + 3) & ~3;
  sums = reserve(padded * 4);
  weights = reserve(padded * 4);
  contrasts = reserve(padded * 4);
  barriers = reserve(padded * 4);
  priors = reserve(8 * 4);
  colourLosses = reserve(8 * 8);
  colourCounts = reserve(8 * 8);
  scores = reserve(MOST_CHOSEN * 4);
}

/** Starts with no loss known. */
export function forgetLosses(): void {
  memory.fill(sums, 0, padded << 2);
  memory.fill(weights, 0, padded << 2);
  memory.fill(barriers, 0, padded << 2);
  for (let cell = cells; cell < padded; cell++) bar(cell);
  for (let cell = 0; cell < cells; cell++) store<f32>(contrasts + ((<usize>cell) << 2), contrastOf(cell));
  memory.fill(colourLosses, 0, 8 * 8);
  memory.fill(colourCounts, 0, 8 * 8);
  lossCount = 0;
  lossSum = 0;
  lossSquares = 0;
}

/** How much a cell changes its pixel: 0 is not at all, 1 from black to white. */
function contrastOf(cell: i32): f32 {
  const pixel = samples + <usize>((cell / colours) * channels);
  const most = 255 * channels;
  let colour = cornerColour(cell % colours);
  let change = 0;
  for (let channel = channels - 1; channel >= 0; channel--, colour >>= 8) {
    change += abs(<i32>(colour & 255) - <i32>load<u8>(pixel + channel));
  }
  return <f32>change / <f32>most;
}

/** The logarithm of a loss. The map uses differences of these. */
export function logarithmOf(told: f64): f64 {
  return naturalLogarithm(max(SMALLEST_LOSS, min(told, LARGEST_LOSS)));
}

/**
 * Records the effect of a cell on the loss, and spreads it over the cells around it.
 * @param loss its logarithm, less that of a loss to compare with: f32 would not tell apart probabilities near 1
 */
export function learn(cell: i32, loss: f64): void {
  changes++;
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
}

/** Keeps a cell from being chosen. */
export function bar(cell: i32): void {
  changes++;
  store<f32>(barriers + ((<usize>cell) << 2), Infinity);
}

/** Whether a cell is not to be chosen. */
export function isBarred(cell: i32): bool {
  return load<f32>(barriers + ((<usize>cell) << 2)) == Infinity;
}

/** Lets a cell be chosen again. */
export function unbar(cell: i32): void {
  changes++;
  store<f32>(barriers + ((<usize>cell) << 2), 0);
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

/**
 * Chooses cells to begin with, though no loss is known: positions that the R2 sequence (M. Roberts,
 * 2018) spreads evenly over the image, each with its corner of highest contrast.
 * @returns their number, having written them to `to`.
 */
export function chooseFirst(to: usize): i32 {
  let chosen = 0;
  for (let n = 0; n < MOST_CHOSEN; n++) {
    const x = <i32>(fraction(0.5 + <f64>n * R2_X) * <f64>width);
    const y = <i32>(fraction(0.5 + <f64>n * R2_Y) * <f64>height);
    const cell = highestContrast(y * width + x);
    let known = isBarred(cell);
    for (let i = 0; i < chosen; i++) if (load<i32>(to + ((<usize>i) << 2)) == cell) known = true;
    if (known) continue;
    store<i32>(to + ((<usize>chosen) << 2), cell);
    chosen++;
  }
  return chosen;
}

function fraction(value: f64): f64 {
  return value - Math.floor(value);
}

function highestContrast(position: i32): i32 {
  const first = position * colours;
  let best = first;
  for (let cell = first + 1; cell < first + colours; cell++) {
    if (load<f32>(contrasts + ((<usize>cell) << 2)) > load<f32>(contrasts + ((<usize>best) << 2)))
      best = cell;
  }
  return best;
}

/**
 * Chooses the most promising cells that are not barred, the first of equals first.
 * @param most how many at the most, 1…MOST_CHOSEN
 * @param gamma the weight of contrast
 * @returns their number, 0 when every cell is barred, having written them to `to`.
 */
export function choose(to: usize, most: i32, gamma: f64): i32 {
  const mean = lossCount > 0 ? lossSum / lossCount : 0;
  const deviation = lossCount > 0 ? Math.sqrt(max(0, lossSquares / lossCount - mean * mean)) : 0;
  for (let lane = 0; lane < 8; lane++) {
    const ofColour = (<usize>(lane & (colours - 1))) << 3;
    // Two losses at the common mean steady the mean of a colour that was seldom tried.
    const colourMean =
      (load<f64>(colourLosses + ofColour) + 2 * mean) / (load<f64>(colourCounts + ofColour) + 2);
    store<f32>(priors + ((<usize>lane) << 2), PRIOR * <f32>colourMean);
  }
  const uncertaintyBonus = f32x4.splat(<f32>(UNCERTAINTY_BONUS * deviation));
  const contrastBonus = f32x4.splat(<f32>(gamma * deviation));
  const prior = f32x4.splat(PRIOR);
  let chosen = 0;
  let bound: f32 = Infinity;
  for (let cell = 0; cell < padded; cell += 4) {
    const at = (<usize>cell) << 2;
    const weight = f32x4.add(v128.load(weights + at), prior);
    const sum = f32x4.add(v128.load(sums + at), v128.load(priors + (at & 16)));
    const mean = f32x4.div(f32x4.sub(sum, f32x4.mul(uncertaintyBonus, f32x4.sqrt(weight))), weight);
    const raised = f32x4.add(mean, v128.load(barriers + at));
    const score = f32x4.sub(raised, f32x4.mul(contrastBonus, v128.load(contrasts + at)));
    if (!v128.any_true(f32x4.lt(score, f32x4.splat(bound)))) continue;
    v128.store(lanes, score);
    for (let lane = 0; lane < 4; lane++) {
      const value = load<f32>(lanes + ((<usize>lane) << 2));
      if (!(value < bound)) continue;
      rank(to, chosen < most ? chosen++ : most - 1, cell + lane, value);
      if (chosen == most) bound = load<f32>(scores + ((<usize>(most - 1)) << 2));
    }
  }
  return chosen;
}

/** Moves a cell up from a free place to where its score belongs. */
function rank(to: usize, free: i32, cell: i32, score: f32): void {
  let place = (<usize>free) << 2;
  for (; place > 0 && load<f32>(scores + place - 4) > score; place -= 4) {
    store<f32>(scores + place, load<f32>(scores + place - 4));
    store<i32>(to + place, load<i32>(to + place - 4));
  }
  store<f32>(scores + place, score);
  store<i32>(to + place, cell);
}
