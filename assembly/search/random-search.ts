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
import { freeAllPositions, freePosition, MOST_REPEATS, randomColour, takeRandomPosition } from "./draws";
import { GAVE_UP } from "./endings";

// The plain baseline: k different positions and k colours, all uniform, without learning.

let repeats = 0;

/** Starts a search over all positions and colours. */
export function beginRandom(): void {
  repeats = 0;
  freeAllPositions();
  setGeneration(0);
}

/** Fills the chunk with new random candidates and returns their number. */
export function askRandom(limit: i32): i32 {
  openChunk(limit);
  while (!chunkIsFull()) {
    if (repeats == MOST_REPEATS) {
      endSearch(GAVE_UP);
      break;
    }
    const before = chunkCount();
    const candidate = nextCandidate();
    for (let pixel = 0; pixel < pixels; pixel++) {
      const at = candidate + ((<usize>pixel) << 3);
      store<u32>(at, takeRandomPosition());
      store<u32>(at, randomColour(), 4);
    }
    for (let pixel = 0; pixel < pixels; pixel++) freePosition(load<u32>(candidate + ((<usize>pixel) << 3)));
    offerCandidate();
    repeats = chunkCount() > before ? 0 : repeats + 1;
  }
  return chunkCount();
}
