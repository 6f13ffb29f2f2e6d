import { OnepixelError } from "../../errors.ts";
import type { Raster } from "../../image/raster.ts";
import { changesOnePixelOnly } from "../../kernel/search-settings.ts";
import type { PredictionDetail } from "../../present-prediction.ts";
import { cornerCount } from "../corners.ts";
import { type Preset, presets } from "./presets.ts";
import type { AttackSettings, DeSettings, FixedSettings, Search, Space } from "./settings.ts";

/** The options of an attack as a caller gives them; each has a default. */
export type AttackInput = {
  readonly [Field in Exclude<
    keyof DeSettings | "target" | "label" | "objective" | "stop" | "seed" | "budget" | "engine",
    "mutationFactor"
  >]?: (AttackSettings & DeSettings)[Field] | undefined;
} & {
  readonly pixels?: number | "min" | undefined;
  readonly maxPixels?: number | undefined;
  readonly scanBudget?: number | undefined;
  readonly mutationFactor?: number | readonly [number, number] | undefined;
  readonly search?: Search | undefined;
  readonly preset?: Preset | undefined;
  readonly exhaustive?: boolean | undefined;
  readonly space?: Space | undefined;
  readonly probabilities?: PredictionDetail | undefined;
};

/** What options are checked against: the classifier's labels and size, and the service's limits. */
export interface OptionBounds {
  readonly labels: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly channels: Raster["channels"];
  /** The largest budget of one attack. */
  readonly maxBudget: number;
  /** Whether each attack gets its own target, named later. By default the option `target` decides. */
  readonly targeted?: boolean;
}

/** The allowed range of each numeric option, both ends included. `pixels` and `maxPixels` also end at the image's size. */
export const ranges = {
  pixels: { min: 1, max: 1024, integer: true },
  maxPixels: { min: 1, max: 1024, integer: true },
  population: { min: 4, max: 1000, integer: true },
  generations: { min: 1, max: 10_000, integer: true },
  mutationFactor: { min: 0, max: 2, integer: false },
  crossover: { min: 0, max: 1, integer: false },
  seed: { min: 0, max: 2 ** 32 - 1, integer: true },
  budget: { min: 1, max: 1_000_000, integer: true },
  scanBudget: { min: 1, max: 1_000_000, integer: true },
} as const;

/** population × pixels may not exceed this: two generations of genes live in the kernel's memory. */
export const MAX_POPULATION_PIXELS = 131_072;

const deOnly = [
  "strategy",
  "population",
  "generations",
  "mutationFactor",
  "crossover",
  "colours",
  "start",
] as const;

/** The default of `maxPixels`. */
const MAX_PIXELS = 10;

/** An option that cannot be honoured; `detail` says what is allowed. */
export class OptionError extends OnepixelError {
  override readonly name = "OptionError";
  declare readonly field: string;
  readonly detail: string;

  constructor(field: string, detail: string, cause?: unknown) {
    super("invalid-option", `${field} ${detail}`, { field, cause });
    this.detail = detail;
  }
}

/** @param why what else is said of a value over `limit`, if it has a reason that users cannot know */
function inRange(
  field: keyof typeof ranges,
  value: number,
  limit = Number.POSITIVE_INFINITY,
  why = "",
): number {
  const { min, integer } = ranges[field];
  const max = Math.min(ranges[field].max, limit);
  if (!(value >= min && value <= max) || (integer && !Number.isInteger(value))) {
    const reason = value > limit && max === limit ? why : "";
    throw new OptionError(
      field,
      `must be ${integer ? "a whole number" : "a number"} from ${min} to ${max}, not ${value}${reason}.`,
    );
  }
  return value;
}

function known(field: "label" | "target", value: string | null | undefined, labels: readonly string[]) {
  if (value == null || labels.includes(value)) return value ?? null;
  const shown = labels.length > 20 ? `${labels.slice(0, 20).join(", ")}, …` : labels.join(", ");
  throw new OptionError(field, `must be one of the classifier's labels (${shown}), not "${value}".`);
}

function factorRange(value: number | readonly [number, number]): readonly [number, number] {
  const [low, high] = typeof value === "number" ? [value, value] : value;
  inRange("mutationFactor", low);
  inRange("mutationFactor", high);
  if (low > high) throw new OptionError("mutationFactor", `must be an ascending range, not ${low}–${high}.`);
  return [low, high];
}

function resolveDe(input: AttackInput, base: DeSettings, pixels: number): DeSettings {
  const population = inRange("population", input.population ?? base.population);
  if (population * pixels > MAX_POPULATION_PIXELS) {
    throw new OptionError(
      "population",
      `times pixels must be at most ${MAX_POPULATION_PIXELS}, not ${population} × ${pixels} = ${population * pixels}.`,
    );
  }
  return {
    strategy: input.strategy ?? base.strategy,
    population,
    generations: inRange("generations", input.generations ?? base.generations),
    mutationFactor: factorRange(input.mutationFactor ?? base.mutationFactor),
    crossover: inRange("crossover", input.crossover ?? base.crossover),
    colours: input.colours ?? base.colours,
    start: input.start ?? base.start,
  };
}

type PixelSettings = { readonly pixels: number } | { readonly pixels: "min"; readonly maxPixels: number };

/** The options that only pixels=min has. */
const minOnly = ["maxPixels", "scanBudget"] as const;

function resolvePixels(
  { pixels = 1, ...input }: AttackInput,
  { width, height }: OptionBounds,
): PixelSettings {
  const area = width * height;
  const why = `: the attacked image has ${width}×${height} pixels`;
  if (pixels === "min") {
    const most = input.maxPixels ?? Math.min(MAX_PIXELS, area);
    return { pixels, maxPixels: inRange("maxPixels", most, area, why) };
  }
  const stray = minOnly.find((field) => input[field] !== undefined);
  if (stray) {
    throw new OptionError(stray, `applies to pixels=min only, not to pixels=${pixels}.`);
  }
  return { pixels: inRange("pixels", pixels, area, why) };
}

/**
 * The budget of the one-pixel search of `pixels=min`. The default is a whole corner scan, but no more than `budget` or,
 * without one, the preset's budget.
 */
function resolveScan(
  { scanBudget, budget }: AttackInput,
  bounds: OptionBounds,
  preset: number,
  limit: number,
): number {
  const left = Math.min(cornerCount(bounds), budget ?? preset, limit);
  return inRange("scanBudget", scanBudget ?? left, limit);
}

/** Resolves the options that only one search has. */
function resolveSearch(input: AttackInput, search: Search, base: DeSettings, settings: PixelSettings) {
  const most = settings.pixels === "min" ? settings.maxPixels : settings.pixels;
  const stray = deOnly.find((field) => input[field] !== undefined);
  if (stray && search !== "de") {
    throw new OptionError(stray, `applies to search=de only, not to search=${search}.`);
  }
  if (input.exhaustive !== undefined && search !== "corners") {
    throw new OptionError("exhaustive", `applies to search=corners only, not to search=${search}.`);
  }
  if (changesOnePixelOnly(search) && settings.pixels !== 1) {
    const detail = `"${search}" changes one pixel at a time: it needs pixels=1, not ${settings.pixels}.`;
    throw new OptionError("search", detail);
  }
  if (search === "de") return { search, ...resolveDe(input, base, most) };
  return search === "corners" ? { search, exhaustive: input.exhaustive ?? false } : { search };
}

/**
 * Resolves every option to a value and checks it.
 * @throws OptionError naming the first option that cannot be honoured
 */
export function resolveOptions(
  input: AttackInput & { readonly pixels?: number | undefined },
  bounds: OptionBounds,
): FixedSettings;
export function resolveOptions(input: AttackInput, bounds: OptionBounds): AttackSettings;
export function resolveOptions(input: AttackInput, bounds: OptionBounds): AttackSettings {
  const preset = presets[input.preset ?? "default"];
  const pixels = resolvePixels(input, bounds);
  const label = known("label", input.label, bounds.labels);
  const target = known("target", input.target, bounds.labels);
  if (target !== null && target === label) {
    throw new OptionError("target", `must differ from the label, "${label}".`);
  }
  // The limit applies to the attack, the budget to each of its searches.
  const searches = pixels.pixels === "min" ? pixels.maxPixels : 1;
  const maxBudget = Math.max(1, Math.floor(bounds.maxBudget / searches));
  const budget = inRange("budget", input.budget ?? Math.min(preset.budget, maxBudget), maxBudget);
  if (input.exhaustive && budget < cornerCount(bounds)) {
    throw new OptionError(
      "exhaustive",
      `needs a budget of at least ${cornerCount(bounds)} queries to finish, not ${budget}.`,
    );
  }
  const limit = Math.max(1, bounds.maxBudget - budget * (searches - 1));
  const search = input.search ?? preset.search;
  // The authors of Sparse-RS lower the margin, but for a target the cross-entropy −log p, which orders candidates as
  // `probability`, 1 − p, does; the search compares losses and does nothing else with them.
  const isTargeted = bounds.targeted ?? target !== null;
  const objective = isTargeted && search === "sparse-rs" ? "probability" : preset.objective;
  return {
    ...(pixels.pixels === "min"
      ? { ...pixels, scanBudget: resolveScan(input, bounds, preset.budget, limit) }
      : pixels),
    target,
    label,
    ...resolveSearch(input, search, preset.de, pixels),
    objective: input.objective ?? objective,
    stop: input.stop ?? preset.stop,
    seed: inRange("seed", input.seed ?? 1),
    budget,
    engine: input.engine ?? null,
    ...(input.space === "source" && { space: input.space }),
    ...(input.probabilities === "all" && { probabilities: input.probabilities }),
  };
}
