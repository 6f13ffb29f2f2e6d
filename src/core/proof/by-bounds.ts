import type { Bounds } from "../kernel/bounds.ts";
import type { Found } from "./asker.ts";
import { createPixelSearch, type PixelSearch } from "./pixel.ts";
import type { Decided, Decision } from "./prove.ts";
import type { ProofStop } from "./result.ts";

/** Boxes that a pixel may have in each round, in all: easy pixels are not to wait for hard ones. */
const ROUNDS = [64, 1024, Number.POSITIVE_INFINITY];
/** Boxes between two pauses. */
const SLICE = 32;

/** The colours with each channel at 0 or 255. */
function corners(channels: number): number[][] {
  return Array.from({ length: 2 ** channels }, (_, bits) =>
    Array.from({ length: channels }, (_, channel) => ((bits >> channel) & 1) * 255),
  );
}

/**
 * Decides each pixel by bounds over boxes of its colours: all colours at once first, then the corners of those pixels that
 * are left, the worst first, then ever smaller boxes.
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
  for (const { position } of open) {
    if (!mayGoOn()) return decided();
    found = await asker.ask(position, corners(image.channels));
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
