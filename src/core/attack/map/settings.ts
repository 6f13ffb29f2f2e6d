import { cornerCount } from "../corners.ts";
import { requireBudget, type WorkLimit } from "../options/fit.ts";
import { type AttackInput, type OptionBounds, resolveOptions } from "../options/options.ts";
import type { AttackSettings } from "../options/settings.ts";

/** Every option of a map, resolved. Sending them again gives the same bytes. */
export type MapSettings = Pick<AttackSettings, "label" | "budget" | "engine" | "space" | "probabilities"> & {
  /** Only of a sampled map, whose budget is smaller than the number of changes. */
  readonly seed?: number;
};

/** The options of a map as a caller gives them. */
export type MapInput = Pick<AttackInput, keyof MapSettings>;

/** The most queries of a map that names no budget. */
export const MOST_MAPPED = 100_000;

const UNLIMITED = { maxWork: Number.POSITIVE_INFINITY, workOf: () => 0 };

/**
 * Resolves the options of a map. The default budget is what a whole map needs, lowered until it fits; with a smaller
 * budget than a whole map needs, the map is sampled.
 * @throws OptionError naming the first option that cannot be honoured
 */
export function resolveMap(
  input: MapInput,
  bounds: OptionBounds,
  limit: WorkLimit<MapSettings> = UNLIMITED,
): MapSettings {
  const corners = cornerCount(bounds);
  const budget = input.budget ?? Math.min(corners, MOST_MAPPED, bounds.maxBudget);
  const { label, engine, seed, space, probabilities } = resolveOptions({ ...input, budget }, bounds);
  const withBudget = (budget: number): MapSettings => ({
    label,
    budget,
    engine,
    ...(budget < corners && { seed }),
    ...(space && { space }),
    ...(probabilities && { probabilities }),
  });
  return requireBudget(withBudget(budget), withBudget, input.budget, limit);
}
