import type { Bounds } from "../kernel/bounds.ts";
import type { Found } from "./asker.ts";
import type { Decided, Decision } from "./decision.ts";
import { createPixelSearch, type PixelSearch } from "./pixel.ts";
import type { ProofStop } from "./result.ts";

/** Boxes that a pixel may have in each round, in all: easy pixels are not to wait for hard ones. */
const ROUNDS = [64, 1024, Number.POSITIVE_INFINITY];
/** Boxes between two pauses. */
const SLICE = 32;

/** Pixels of which a grid of colours is asked, those whose corners come nearest to the goal. */
const PROBED = 6;
/** The values of a channel in that grid. */
const GRID = [0, 51, 102, 153, 204, 255];

/** Every colour whose channels have these values. */
function coloursOf(channels: number, values: readonly number[]): number[][] {
  if (channels === 0) return [[]];
  return coloursOf(channels - 1, values).flatMap((colour) => values.map((value) => [...colour, value]));
}

/**
 * Decides each pixel by bounds over boxes of its colours: all colours at once first; then it asks about the corners of those
 * pixels that are left, the worst first, and about a grid of colours of the few that come nearest; then ever smaller boxes.
 */
export async function decideByBounds(decision: Decision, bounds: Bounds): Promise<Decided> {
  const { goal, asker, context, signalled } = decision;
  const { image, settings, signal, onProgress, pause } = context;
  const total = settings.end - settings.first;
  const searches: PixelSearch[] = [];
  let stopped: ProofStop | null = null;
  let found: Found | null = null;
  let nextPause = SLICE;
  let boxes = 0;

  const decided = (): Decided => ({
    found,
    proofs: searches.filter(({ isProved }) => isProved).map(({ proof }) => proof),
    boxes,
    asked: searches.reduce((sum, { asked }) => sum + asked, 0),
    stopped,
  });
  const mayGoOn = (): boolean => {
    if (boxes >= settings.boxes) stopped = "boxes";
    else if (asker.queries >= settings.budget) stopped = "queries";
    return stopped === null;
  };
  const rest = async (): Promise<void> => {
    if (boxes < nextPause) return;
    nextPause = boxes + SLICE;
    await onProgress?.({
      boxes,
      queries: asker.queries,
      proved: searches.filter(({ isProved }) => isProved).length,
      total,
    });
    await pause?.();
    if (signal?.aborted) stopped = "aborted";
    else if (signalled()) stopped = "cpu-limit";
  };

  for (let position = settings.first; position < settings.end && mayGoOn(); position++) {
    searches.push(createPixelSearch(bounds, asker, goal, image, position));
    boxes++;
    await rest();
  }
  const open = searches.filter(({ isProved }) => !isProved).sort((a, b) => a.bound - b.bound);
  const near: { readonly position: number; readonly least: number }[] = [];
  for (const { position } of open) {
    if (!mayGoOn()) return decided();
    const answer = await asker.ask(position, coloursOf(image.channels, [0, 255]));
    found = answer.found;
    if (found !== null) return decided();
    near.push({ position, least: answer.least });
  }
  near.sort((a, b) => a.least - b.least);
  for (const { position } of near.slice(0, PROBED)) {
    if (!mayGoOn()) return decided();
    ({ found } = await asker.ask(position, coloursOf(image.channels, GRID)));
    if (found !== null) return decided();
  }
  for (const most of ROUNDS) {
    for (const search of open) {
      while (!search.isProved && search.boxes < most && mayGoOn()) {
        const before = search.boxes;
        const room = Math.min(SLICE, most - before, settings.boxes - boxes);
        found = await search.advance(room, () => asker.queries < settings.budget);
        boxes += search.boxes - before;
        if (found !== null) return decided();
        await rest();
      }
    }
  }
  return decided();
}
