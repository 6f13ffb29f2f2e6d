import type { ImageSize } from "../image/raster.ts";
import { colourAt } from "./adversarial-image.ts";
import { type AttackContext, afterQueries, type LimitedContext } from "./context.ts";
import { endsSearch, type Goal, isFooled, lossOf, type SearchRule } from "./objectives.ts";
import { canMapCorners, cornerSettings } from "./options/kernel-search.ts";
import type { FewestSettings, FixedSettings } from "./options/settings.ts";
import type { Tried } from "./result.ts";
import { type Confirmed, confirm, type Queried } from "./search.ts";
import { type PixelSearch, searchPixels } from "./search-pixels.ts";

/** The outcome of a search for the fewest pixels. */
export interface FewestSearch extends PixelSearch {
  /** Every number of pixels that was tried, ascending. */
  readonly tried: readonly Tried[];
}

/** The settings of one number of pixels: for one, the corner scan where it fits, which tries every corner colour. */
function settingsFor(settings: FewestSettings, pixels: number, image: ImageSize): FixedSettings {
  const { maxPixels: _, scanBudget, ...rest } = settings;
  if (pixels > 1) return { ...rest, pixels };
  const one = { ...rest, pixels, budget: scanBudget };
  return canMapCorners(image) ? cornerSettings(one, false) : one;
}

/** The candidate without its changes at one position, with as many encoded pixels. */
function withoutPosition(context: AttackContext, encoded: Uint32Array, position: number): Uint32Array {
  const restored = encoded.slice();
  const own = colourAt(context.image, position);
  for (let at = 0; at < encoded.length; at += 2) if (encoded[at] === position) restored[at + 1] = own;
  return restored;
}

/** The positions that a candidate really changes. */
function changedPositions({ image }: AttackContext, encoded: Uint32Array): number[] {
  const positions = new Set<number>();
  for (let at = 0; at < encoded.length; at += 2) {
    if (encoded[at + 1] !== colourAt(image, encoded[at]!)) positions.add(encoded[at]!);
  }
  return [...positions];
}

/**
 * Puts pixels back whose change is not needed, one at a time, as long as the rest still reaches the goal.
 * @param budget most queries to spend
 */
async function dropPixels(
  context: AttackContext,
  found: Confirmed,
  oracle: PixelSearch["oracle"],
  goal: Goal,
  { objective, stop }: SearchRule,
  budget: number,
) {
  let fewest = found;
  let queries = 0;
  let size = Number.POSITIVE_INFINITY;
  // What could not be dropped before may be once others are gone: until nothing changes any more.
  for (let left = changedPositions(context, fewest.encoded); left.length < size; ) {
    size = left.length;
    for (const position of left) {
      if (changedPositions(context, fewest.encoded).length === 1 || queries === budget) break;
      const encoded = withoutPosition(context, fewest.encoded, position);
      const probabilities = (await oracle.query({ count: 1, pixels: encoded.length / 2, encoded })).slice();
      queries++;
      const isAsSure = endsSearch(probabilities, goal, stop) || !endsSearch(fewest.probabilities, goal, stop);
      if (!isFooled(probabilities, goal) || !isAsSure) continue;
      const success = { encoded, probabilities, loss: lossOf(probabilities, goal, objective) };
      fewest = (await confirm(oracle, success, goal)) ?? fewest;
    }
    left = changedPositions(context, fewest.encoded);
  }
  return { fewest, queries };
}

/**
 * Searches for the fewest pixels that reach the goal: from one upwards, each number with a search and a
 * budget of its own. Success need not grow with the number of pixels, so none is left out.
 * @throws OptionError if the option `engine` cannot be honoured
 */
export async function searchFewest(
  context: LimitedContext,
  settings: FewestSettings,
  goal: Goal,
  clean: Float32Array,
): Promise<FewestSearch> {
  const tried: Tried[] = [];
  let queries = 0;
  let best: Queried | null = null;
  let certificate: PixelSearch["certificate"] = null;
  for (let pixels = 1; ; pixels++) {
    const after = afterQueries(context, queries);
    const one = settingsFor(settings, pixels, context.image);
    const made = await searchPixels(after, one, goal, clean);
    certificate ??= made.certificate;
    if (made.best !== null && (best === null || made.best.loss < best.loss)) best = made.best;
    const found = made.fooled && (await confirm(made.oracle, made.fooled, goal));
    const left = one.budget - made.queries;
    const dropped = found && (await dropPixels(context, found, made.oracle, goal, settings, left));
    const cost = made.queries + (dropped ? dropped.queries : 0);
    queries += cost;
    tried.push({ pixels, search: made.search, queries: cost, stopped: made.stopped });
    const isOver = made.stopped === "aborted" || made.stopped === "cpu-limit";
    if (!dropped && !isOver && pixels < settings.maxPixels) continue;
    return { ...made, fooled: dropped ? dropped.fewest : null, best, queries, certificate, tried };
  }
}
