import type { Raster } from "../../../src/core/image/raster.ts";

/**
 * A search written again in plain TypeScript: yields one proposal after the other, in canonical encoding,
 * and is handed each one's loss, also where the candidate was queried before.
 */
export type ReferenceSearch = Generator<number[], void, Told>;

export interface Told {
  readonly loss: number;
  /** Whether the candidate had not been queried before. */
  readonly isNew: boolean;
}

export interface ReferenceOptions {
  readonly image: Raster;
  readonly pixels: number;
  readonly seed: number;
  /** The most queries. */
  readonly budget: number;
}

/** A search at random that proposes so many known candidates in a row is over. */
const MOST_REPEATS = 10_000;

/** A pixel with its colour. */
export interface Spot {
  readonly position: number;
  readonly colour: number;
}

/** Encoded pixels sorted by position; of several colours at one position, the last counts. */
export function canonical(spots: readonly Spot[]): number[] {
  const colours = new Map(spots.map(({ position, colour }) => [position, colour]));
  return spots
    .map(({ position }) => position)
    .sort((a, b) => a - b)
    .flatMap((position) => [position, colours.get(position)!]);
}

/** A corner colour by its number: the first channel is its highest bit. */
export function cornerColour(corner: number, { channels }: Raster): number {
  const bits = corner.toString(2).padStart(channels, "0");
  return [...bits].reduce((colour, bit) => colour * 256 + (bit === "1" ? 255 : 0), 0);
}

/** The candidates that a search queries, in order: its proposals without those that were queried before. */
export function queriesOf(
  search: ReferenceSearch,
  loss: (encoded: readonly number[]) => number,
  budget: number,
): number[][] {
  const queries: number[][] = [];
  /** The losses of the queried candidates, by their encoding. */
  const memory = new Map<string, number>();
  let repeats = 0;
  let proposal = search.next();
  while (!proposal.done && queries.length < budget && repeats < MOST_REPEATS) {
    const encoded = proposal.value;
    const known = memory.get(String(encoded));
    const isNew = known === undefined;
    const told = known ?? loss(encoded);
    if (isNew) {
      memory.set(String(encoded), told);
      queries.push(encoded);
    }
    repeats = isNew ? 0 : repeats + 1;
    proposal = search.next({ loss: told, isNew });
  }
  return queries;
}
