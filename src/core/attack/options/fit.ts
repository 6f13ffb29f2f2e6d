/** Fits the options of an attack to a limit on its work. */

import type { ImageSize } from "../../image/raster.ts";
import type { Classifier } from "../../model/classifier.ts";
import { type AttackInput, type OptionBounds, OptionError, resolveOptions } from "./options.ts";
import type { AttackSettings } from "./settings.ts";

/**
 * The work that defaults are fitted to, in millions of multiply-adds. It equals the shipped Worker's limit for one
 * request, so that the same options mean the same attack on every host.
 */
export const DEFAULT_WORK = 125_000;

/**
 * What options are checked against.
 * @param maxBudget the most queries that the caller allows
 * @param image the image whose pixels change, if it is not the classifier's input
 */
export function boundsOf(
  { manifest }: Classifier,
  maxBudget: number,
  { width, height, channels }: ImageSize = manifest.input,
): OptionBounds {
  return { width, height, channels, labels: manifest.labels, maxBudget };
}

/** The largest budget, up to `limit`, that fits; 0 if none does. */
function largestBudget(limit: number, fits: (budget: number) => boolean): number {
  let most = 0;
  let tooLarge = limit + 1;
  while (tooLarge - most > 1) {
    const budget = Math.floor((most + tooLarge) / 2);
    if (fits(budget)) most = budget;
    else tooLarge = budget;
  }
  return most;
}

/**
 * The same settings with a lower budget. With `pixels=min`, the one-pixel scan keeps its budget if the caller gave one, or
 * if the caller gave neither budget and the scan takes at most half of the allowed work.
 */
function lowered(input: AttackInput, settings: AttackSettings, budget: number, isCheap: boolean) {
  if (settings.pixels !== "min") return { ...settings, budget };
  const isKept = input.scanBudget !== undefined || (input.budget === undefined && isCheap);
  const scanBudget = isKept ? settings.scanBudget : Math.min(settings.scanBudget, budget);
  return { ...settings, budget, scanBudget };
}

/** What a request's options are fitted to. */
export interface WorkLimit<Settings> {
  /** In millions of multiply-adds. */
  readonly maxWork: number;
  readonly workOf: (settings: Settings) => number;
}

/**
 * Settings whose work is allowed: with a default budget, it is lowered until it fits.
 * @param withBudget the same settings with a lower budget
 * @param given the budget that the caller gave, if any
 * @throws OptionError if the budget is too large, or if no budget fits
 */
export function requireBudget<Settings extends { readonly budget: number }>(
  settings: Settings,
  withBudget: (budget: number) => Settings,
  given: number | undefined,
  { maxWork, workOf }: WorkLimit<Settings>,
): Settings {
  const fits = (each: Settings) => workOf(each) <= maxWork;
  if (fits(settings)) return settings;
  const budget = largestBudget(settings.budget, (each) => fits(withBudget(each)));
  if (budget === 0) {
    const least = Math.ceil(workOf(withBudget(1)));
    throw new OptionError(
      "model",
      `takes ${least} million multiply-adds for one query of each search, more than the ${maxWork} allowed for one request.`,
    );
  }
  if (given !== undefined) {
    throw new OptionError(
      "budget",
      `must be at most ${budget} with these options, not ${given}: a request may cost ${maxWork} million ` +
        `multiply-adds, and this one may cost ${Math.ceil(workOf(settings))}.`,
    );
  }
  return withBudget(budget);
}

/**
 * Resolves options so that their work is allowed: a default budget is lowered until it fits.
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
  const isCheap = settings.pixels === "min" && work({ ...settings, maxPixels: 1 }) <= maxWork / 2;
  const withBudget = (budget: number) => lowered(input, settings, budget, isCheap);
  if (settings.pixels === "min" && input.scanBudget !== undefined && !fits(withBudget(1))) {
    const detail = `is too large: even with a budget of 1 this request may cost ${Math.ceil(work(withBudget(1)))} million multiply-adds, more than the ${maxWork} allowed. Omit it to use a value that fits.`;
    throw new OptionError("scanBudget", detail);
  }
  return requireBudget(settings, withBudget, input.budget, { maxWork, workOf: work });
}
