/** How much a request may cost, and what that does to its options. */
import type { Context } from "hono";
import { cornerCount } from "../../core/attack/corners.ts";
import {
  type AttackInput,
  type OptionBounds,
  OptionError,
  resolveOptions,
} from "../../core/attack/options/options.ts";
import type { AttackSettings } from "../../core/attack/options/settings.ts";
import { type Priced, workOfAttack } from "../../core/attack/options/work.ts";
import type { AuditDefinition } from "../../core/audit/definition.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { defaultEngine } from "../../core/oracle/engine.ts";
import type { Engine } from "../../core/oracle/oracle.ts";
import type { Services } from "../services.ts";

/** The places of the costliest request: that many of them at once are a quarter of a minute's work on one core. */
const PLACES_OF_MOST = 4;

/** The classifier with the engine that will answer: the one asked for, else the fastest that fits. */
export async function pricedFor(
  { kernelModule }: Services,
  classifier: Classifier,
  engine: Engine | null | undefined,
): Promise<Priced> {
  return { classifier, engine: engine ?? (await defaultEngine(classifier, kernelModule)).engine };
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

/** @throws OptionError when a map, which has no smaller budget, costs more than a request may */
export function requireWork(work: number, maxWork: number, engine: Engine | null): void {
  if (work <= maxWork) return;
  const detail = `needs a map of ${Math.ceil(work)} million multiply-adds, over the ${maxWork} of a request.`;
  throw engine === "onnxruntime"
    ? new OptionError("engine", `"onnxruntime" ${detail} Leave it out for the fastest engine.`)
    : new OptionError("model", detail);
}

/** @throws OptionError when the attacks of an audit on one image cost more than the time of one message */
export function requireAuditWork(
  { rows, targeted, model }: AuditDefinition,
  priced: Priced,
  maxWork: number,
): void {
  const targets = targeted ? model.labels.length - 1 : 1;
  const work = rows.reduce((sum, { settings }) => {
    const attack = { ...settings, label: null, target: null } as AttackSettings;
    return sum + workOfAttack(priced, attack) * targets;
  }, 0);
  if (work <= maxWork) return;
  throw new OptionError(
    "budget",
    `is too large: the attacks on one image may cost ${maxWork} million multiply-adds, and these ${Math.ceil(work)}. ` +
      "Lower budget or pixels, or start an audit for each number of pixels.",
  );
}

/** Takes the places of a request and charges its network. @throws Problem 429 */
export async function enterWithWork(c: Context, services: Services, work: number, places = 1): Promise<void> {
  const { gate, maxWork } = services;
  gate.enter(c, Math.max(places, Math.ceil((work / maxWork.request) * PLACES_OF_MOST)));
  await gate.charge(c, work);
}
