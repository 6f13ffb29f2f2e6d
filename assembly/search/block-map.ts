import { channels, height, positions, samples, width } from "../image";
import { reserve } from "../memory";
import { randomBelow } from "../random";
import { cornerColour, positionIsFree, randomCornerColour, takePosition, takeRandomPosition } from "./draws";

// What the guided random search knows about an image: for each of 8 × 8 blocks, how much a changed pixel in it lowers the
// loss. So what it knows takes the same memory for an image of any size.

const BLOCKS_A_SIDE = 8;
/** Positions drawn for each pixel, of which the one in the best block is taken. */
const DRAWS = 30;
/** Changes without effect, in each block, that steady the mean of a block that was seldom tried. */
const PRIOR: f64 = 1;

/** The percentage of pixels that go to any position, and of colours that are any corner. */
let strays = 0;
let anyColours = 0;
/** For each block the sum of the effects of changes there, and their number. */
let sums: usize = 0;
let counts: usize = 0;

export function reserveBlockMap(): void {
  sums = reserve(BLOCKS_A_SIDE * BLOCKS_A_SIDE * 8);
  counts = reserve(BLOCKS_A_SIDE * BLOCKS_A_SIDE * 8);
}

/** Starts with nothing known, and with how many percent of pixels and of colours are drawn from all. */
export function forgetEffects(strayPercent: i32, anyColourPercent: i32): void {
  strays = strayPercent;
  anyColours = anyColourPercent;
  memory.fill(sums, 0, BLOCKS_A_SIDE * BLOCKS_A_SIDE * 8);
  memory.fill(counts, 0, BLOCKS_A_SIDE * BLOCKS_A_SIDE * 8);
}

/** Records what the change of a pixel at a position did to the logarithm of the loss. */
export function learnEffect(position: i32, effect: f64): void {
  const block = blockOf(position);
  store<f64>(sums + block, load<f64>(sums + block) + effect);
  store<f64>(counts + block, load<f64>(counts + block) + 1);
}

/** Takes a free position, mostly one in a block where changes lower the loss (there must be a free one). */
export function takePromisingPosition(): i32 {
  if (<i32>randomBelow(100) < strays) return takeRandomPosition();
  let best = -1;
  let bestMean: f64 = Infinity;
  for (let draw = 0; draw < DRAWS; draw++) {
    const position = <i32>randomBelow(positions);
    const block = blockOf(position);
    const mean = load<f64>(sums + block) / (load<f64>(counts + block) + PRIOR);
    if (mean >= bestMean || !positionIsFree(position)) continue;
    best = position;
    bestMean = mean;
  }
  if (best < 0) return takeRandomPosition();
  takePosition(best);
  return best;
}

/** From now on at least so many percent of colours are any corner. */
export function widenColours(percent: i32): void {
  anyColours = max(anyColours, percent);
}

/** The corner that changes the pixel at a position most, or sometimes any. */
export function strikingColour(position: i32): u32 {
  if (<i32>randomBelow(100) < anyColours) return randomCornerColour();
  const pixel = samples + <usize>(position * channels);
  let corner: u32 = 0;
  for (let channel = 0; channel < channels; channel++) {
    if (load<u8>(pixel + channel) < 128) corner |= 1 << (channels - 1 - channel);
  }
  return cornerColour(corner);
}

/** The place of a position's block in the lists. */
function blockOf(position: i32): usize {
  const column = ((position % width) * BLOCKS_A_SIDE) / width;
  const row = ((position / width) * BLOCKS_A_SIDE) / height;
  return (<usize>(row * BLOCKS_A_SIDE + column)) << 3;
}
