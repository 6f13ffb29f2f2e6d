import type { DeSettings as KernelDeSettings } from "../../kernel/search-settings.ts";
import type { LocalEngine } from "../../oracle/oracle.ts";

export const searches = ["auto", "de", "corners", "sparse-rs", "random"] as const;
export type Search = (typeof searches)[number];

export const colourCodings = ["full", "corners"] as const;
export const starts = ["uniform", "normal"] as const;
export const objectives = ["probability", "margin"] as const;
export const stops = ["flip", "confidence"] as const;
export const spaces = ["input", "source"] as const;
/** Whose pixels are changed: the classifier's input's, or those of the image that is resized to it. */
export type Space = (typeof spaces)[number];

/** The options of differential evolution, as the kernel knows them. */
export type DeSettings = Omit<KernelDeSettings, "search">;

interface CommonSettings {
  /** The label to reach; null for an untargeted attack. */
  readonly target: string | null;
  /** The true label; null to take the label that the classifier predicts for the unchanged image. */
  readonly label: string | null;
  readonly objective: (typeof objectives)[number];
  readonly stop: (typeof stops)[number];
  readonly seed: number;
  /** The most queries of one search. An attack with several searches gives it to each (but see `scanBudget`). */
  readonly budget: number;
  /** The oracle to use; null for the fastest that fits the classifier, and for a remote model. */
  readonly engine: LocalEngine | null;
  /** `source` if pixels of the image itself change, which is then resized to the classifier's input; else undefined. */
  readonly space?: "source";
  /** `all` if responses show every probability however many labels there are; else undefined. */
  readonly probabilities?: "all";
}

type SearchChoice =
  | ({ readonly search: "de" } & DeSettings)
  | { readonly search: "corners"; readonly exhaustive: boolean }
  | { readonly search: "auto" | "sparse-rs" | "random" };

interface FixedPixels {
  /** k, the number of changed pixels. */
  readonly pixels: number;
}

interface FewestPixels {
  /** Search for the fewest pixels that fool, from 1 upwards. */
  readonly pixels: "min";
  /** The largest number of pixels to try. */
  readonly maxPixels: number;
  /** The most queries of the search with one pixel; `budget` applies to each other number. */
  readonly scanBudget: number;
}

/** The settings of one search. */
export type FixedSettings = CommonSettings & FixedPixels & SearchChoice;

/** The settings of a search for the fewest pixels. */
export type FewestSettings = CommonSettings & FewestPixels & SearchChoice;

/** Every option of an attack, resolved. Sending them again gives the same bytes. */
export type AttackSettings = CommonSettings & (FixedPixels | FewestPixels) & SearchChoice;
