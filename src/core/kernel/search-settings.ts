/** How a DE mutant is made; the names are Storn and Price's, /1 meaning one difference of two members. */
export type Strategy = "rand1" | "best1" | "currentToBest1";

/** `full`: every 8-bit colour; `corners`: each channel is 0 or 255. */
export type Colours = "full" | "corners";

/** Differential evolution over the genes x, y and the channels of each changed pixel. */
export interface DeSettings {
  readonly search: "de";
  readonly strategy: Strategy;
  /** Members, 4…10,000 (3 are enough for `best1` and `currentToBest1`). */
  readonly population: number;
  /** Generations after the initial population, 0…1,000,000. */
  readonly generations: number;
  /** F in 0…2, drawn uniformly from this range once a generation; two equal numbers fix it. */
  readonly mutationFactor: readonly [number, number];
  /** Share of genes that a child takes from the mutant, 0…1; at least one is. 1 means no crossover. */
  readonly crossover: number;
  /**
   * How the colours of the initial population are drawn: uniform, or normal with mean 128 and deviation
   * 127.
   */
  readonly start: "normal" | "uniform";
  /** With `corners`, a colour gene above 127 is read as 255, else as 0. */
  readonly colours: Colours;
}

/**
 * Different positions and colours, all uniform: the plain baseline. Ends with the budget, or when it finds
 * no new candidates.
 */
export interface RandomSettings {
  readonly search: "random";
}

/** Sparse-RS (Croce et al. 2022) over corner colours; its schedule depends on the remaining budget. */
export interface SparseRsSettings {
  readonly search: "sparse-rs";
  /** α₀, the share of the pixels that the first proposals move, above 0 and at most 1; it shrinks with the budget. */
  readonly alpha: number;
}

/**
 * Every pixel × every corner colour, most promising first. For one changed pixel only; it does not use the
 * seed. Its order compares the logarithms of losses, which should be positive.
 */
export interface CornersSettings {
  readonly search: "corners";
}

/** A set of pixels with corner colours, built and improved where earlier losses are most promising. */
export interface GuidedSettings {
  readonly search: "guided";
}

/**
 * Sparse-RS that learns in which blocks of the image changes lower the loss, for many pixels. Its schedule does not depend on
 * the budget.
 */
export interface GuidedRsSettings {
  readonly search: "guided-rs";
  /** The percentage of moved pixels that go to any position, 0…100. */
  readonly strays: number;
  /** The percentage of their colours that are any corner rather than the one that changes the pixel most, 0…100. */
  readonly anyColours: number;
}

/** The searches that the kernel can run. */
export const searchKinds = ["corners", "guided", "guided-rs", "de", "sparse-rs", "random"] as const;
export type SearchKind = (typeof searchKinds)[number];

const onePixelSearches: readonly string[] = ["corners"] satisfies SearchKind[];

/** Whether a search changes one pixel and cannot change more. */
export const changesOnePixelOnly = (search: string): boolean => onePixelSearches.includes(search);

export type SearchSettings =
  | DeSettings
  | RandomSettings
  | SparseRsSettings
  | CornersSettings
  | GuidedSettings
  | GuidedRsSettings;

export const strategies = ["rand1", "best1", "currentToBest1"] as const satisfies readonly Strategy[];

/** @throws RangeError if `value` is not a whole number in `low`…`high` */
export function requireWhole(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} must be a whole number in ${low}…${high}, but is ${value}.`);
  }
}

function requireNumber(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`${name} must be a number in ${low}…${high}, but is ${value}.`);
  }
}

function requireOneOf(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) {
    throw new RangeError(`${name} must be one of ${known.join(", ")}, but is ${value}.`);
  }
}

function requireDe(settings: DeSettings): void {
  requireOneOf("strategy", settings.strategy, strategies);
  requireWhole("population", settings.population, settings.strategy === "rand1" ? 4 : 3, 10_000);
  requireWhole("generations", settings.generations, 0, 1_000_000);
  const [low, high] = settings.mutationFactor;
  requireNumber("mutationFactor", high, 0, 2);
  requireNumber("mutationFactor", low, 0, high);
  requireNumber("crossover", settings.crossover, 0, 1);
  requireOneOf("start", settings.start, ["normal", "uniform"]);
  requireOneOf("colours", settings.colours, ["full", "corners"]);
}

/** @throws RangeError if a search does not support this number of changed pixels */
export function requireSearch(settings: SearchSettings, pixels: number): void {
  requireOneOf("search", settings.search, searchKinds);
  if (settings.search === "de") requireDe(settings);
  if (settings.search === "sparse-rs") {
    requireNumber("alpha", settings.alpha, Number.MIN_VALUE, 1);
  }
  if (settings.search === "guided-rs") {
    requireWhole("strays", settings.strays, 0, 100);
    requireWhole("anyColours", settings.anyColours, 0, 100);
  }
  if (changesOnePixelOnly(settings.search) && pixels !== 1) {
    throw new RangeError(
      `The search ${settings.search} changes one pixel: pixels must be 1, but is ${pixels}.`,
    );
  }
}
