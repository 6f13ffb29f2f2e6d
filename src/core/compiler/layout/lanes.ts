/** Which steps of a query are done for several candidates together, so that they read their weights once. */
import { TENSOR_BYTES } from "../../../../assembly/inference/program.ts";
import type { Touched } from "./touched.ts";

/** How many candidates are computed side by side: as many as an attack asks for at once, or fewer. */
const COUNTS = [16, 8, 4, 2];
/** A step is bound by its weights if it reads this many bytes of them, or more, for each position that it computes. */
const BOUND = 0x8000;
/** Lanes may take this part of the memory of all weights, or as many bytes if that is more. */
const MOST_PART = 1 / 16;
const MOST_BYTES = 0x10000;

/** The lanes of a plan. */
export interface Lanes {
  readonly count: number;
  /** The index of the layer, among those that queries touch, whose step is the first joint one. */
  readonly first: number;
}

/** Candidates one after another. */
export function oneLane(touched: readonly Touched[]): Lanes {
  return { count: 1, first: touched.length };
}

/** Whether each lane has its own records of a layer: joint steps read or make it. */
export function isOwn({ last }: Touched, touched: readonly Touched[], { count, first }: Lanes): boolean {
  return count > 1 && last >= touched[first]!.first;
}

/** About how many bytes a lane takes whose joint steps begin with that of the layer at index `joint`. */
function laneBytes(touched: readonly Touched[], counts: readonly number[], joint: number): number {
  const start = touched[joint]!.first;
  const changes = new Map<number, number>();
  const change = (step: number, bytes: number): void => {
    changes.set(step, (changes.get(step) ?? 0) + bytes);
  };
  let fixed = touched.length * TENSOR_BYTES;
  for (const [i, { record, table, first, last }] of touched.entries()) {
    if (last < start) continue;
    change(Math.max(start, first), counts[i]! * record);
    change(last + 1, -counts[i]! * record);
    fixed += 4 * (table + counts[i]!);
  }
  let alive = 0;
  let most = 0;
  for (const [, bytes] of [...changes].sort(([a], [b]) => a - b)) {
    alive += bytes;
    most = Math.max(most, alive);
  }
  return most + fixed;
}

/**
 * The lanes that save most reading of weights in the memory that they may take.
 * @param counts the most dirty positions of each layer
 */
export function lanesOf(touched: readonly Touched[], counts: readonly number[]): Lanes {
  const room = Math.max(MOST_BYTES, MOST_PART * touched.reduce((sum, { weights }) => sum + weights, 0));
  let best = oneLane(touched);
  let most = 0;
  let bound = 0;
  for (let first = touched.length - 1; first > 0; first--) {
    const { weights } = touched[first]!;
    if (weights < BOUND * Math.max(1, counts[first]!)) continue;
    bound += weights;
    const bytes = laneBytes(touched, counts, first);
    const count = COUNTS.find((each) => (each - 1) * bytes <= room);
    if (count === undefined || bound * (1 - 1 / count) <= most) continue;
    most = bound * (1 - 1 / count);
    best = { count, first };
  }
  return best;
}
