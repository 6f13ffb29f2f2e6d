/** Fits the options of an attack to the work that it may cost. */
import type { Classifier } from "../../model/classifier.ts";
import { cornerCount } from "../corners.ts";
import { type AttackInput, type OptionBounds, OptionError, resolveOptions } from "./options.ts";
import type { AttackSettings } from "./settings.ts";

/** What options are checked against. @param maxBudget the most queries that the caller allows */
export function boundsOf({ manifest }: Classifier, maxBudget: number): OptionBounds {
  return { ...manifest.input, labels: manifest.labels, maxBudget };
}

/** The largest budget, up to that of the settings, whose work is allowed; 0 if none is. */
function largestBudget<Settings extends AttackSettings>(
  settings: Settings,
  maxWork: number,
  workOf: (settings: Settings) => number,
): number {
  let fits = 0;
  let tooLarge = settings.budget + 1;
  while (tooLarge - fits > 1) {
    const budget = Math.floor((fits + tooLarge) / 2);
    if (workOf({ ...settings, budget }) <= maxWork) fits = budget;
    else tooLarge = budget;
  }
  return fits;
}

/** Where `pixels=min` ends if nothing else is said: as far as every number can have a whole corner scan's budget. */
function lowerMaxPixels(
  settings: AttackSettings & { readonly pixels: "min" },
  bounds: OptionBounds,
  fits: (settings: AttackSettings) => boolean,
): number {
  const budget = Math.min(settings.budget, cornerCount(bounds));
  let { maxPixels } = settings;
  while (maxPixels > 1 && !fits({ ...settings, budget, maxPixels })) maxPixels--;
  return maxPixels;
}

/** What a request's options are fitted to. */
export interface WorkLimit<Settings> {
  /** In millions of multiply-adds. */
  readonly maxWork: number;
  readonly workOf: (settings: Settings) => number;
}

/**
 * Resolves options so that their work is allowed: a budget that was left out is lowered to what fits, and so is first the
 * `maxPixels` of `pixels=min`.
 * @throws OptionError naming the first option that cannot be honoured, or the budget that is too large
 */
export function fitOptions(
  input: AttackInput & { readonly pixels?: number | undefined },
  bounds: OptionBounds,
  limit: WorkLimit<Extract<AttackSettings, { readonly pixels: number }>>,
): Extract<AttackSettings, { readonly pixels: number }>;
export function fitOptions(
  input: AttackInput,
  bounds: OptionBounds,
  limit: WorkLimit<AttackSettings>,
): AttackSettings;
export function fitOptions(
  input: AttackInput,
  bounds: OptionBounds,
  { maxWork, workOf }: WorkLimit<never>,
): AttackSettings {
  const work = workOf as (settings: AttackSettings) => number;
  const fits = (settings: AttackSettings) => work(settings) <= maxWork;
  const settings = resolveOptions(input, bounds);
  if (fits(settings)) return settings;
  if (settings.pixels === "min" && input.maxPixels === undefined && input.budget === undefined) {
    const maxPixels = lowerMaxPixels(settings, bounds, fits);
    if (maxPixels < settings.maxPixels) {
      return fitOptions({ ...input, maxPixels }, bounds, { maxWork, workOf: work });
    }
  }
  const budget = largestBudget(settings, maxWork, work);
  if (budget === 0) {
    const least = Math.ceil(work({ ...settings, budget: 1 }));
    throw new OptionError(
      "model",
      `takes ${least} million multiply-adds for one query of each search, over the ${maxWork} of a request.`,
    );
  }
  if (input.budget !== undefined) {
    throw new OptionError(
      "budget",
      `must be at most ${budget} with these options, not ${input.budget}: a request may cost ${maxWork} million ` +
        `multiply-adds, and this one may cost ${Math.ceil(work(settings))}.`,
    );
  }
  return resolveOptions({ ...input, budget }, bounds);
}
