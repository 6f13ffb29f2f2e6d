import { channels, positions } from "../image";
import { reserve } from "../memory";
import { randomBelow, randomWord } from "../random";

// Distinct random positions and random colours. One byte per position marks those that are taken.

/** After so many proposals in a row that were all queried before, a search that proposes at random gives up. */
export const MOST_REPEATS = 10_000;

let marks: usize = 0;

/** Reserves the marks. */
export function reserveMarks(): void {
  marks = reserve(positions);
}

/** Marks no position as taken. */
export function freeAllPositions(): void {
  memory.fill(marks, 0, positions);
}

export function positionIsFree(position: i32): bool {
  return load<u8>(marks + position) == 0;
}

export function freePosition(position: i32): void {
  store<u8>(marks + position, 0);
}

export function takePosition(position: i32): void {
  store<u8>(marks + position, 1);
}

/** Takes a random position of those that are free (there must be one). */
export function takeRandomPosition(): i32 {
  let position: i32;
  do position = <i32>randomBelow(positions);
  while (!positionIsFree(position));
  takePosition(position);
  return position;
}

/** Any 8-bit colour, each equally likely. */
export function randomColour(): u32 {
  return randomWord() >> (32 - 8 * channels);
}

/** A colour whose channels are 0 or 255, each equally likely. */
export function randomCornerColour(): u32 {
  return cornerColour(randomWord() >> (32 - channels));
}

/** The colour whose channels are 255 where `corner` has a bit, the first channel at the highest. */
export function cornerColour(corner: u32): u32 {
  let colour: u32 = 0;
  for (let channel = channels - 1; channel >= 0; channel--) {
    colour = (colour << 8) | (((corner >> channel) & 1) * 255);
  }
  return colour;
}
