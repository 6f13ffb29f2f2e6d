/** The rows of an evaluation: one search with one number of pixels. */
import { resolveOptions } from "../../src/core/attack/options/options.ts";
import { type Preset, presets } from "../../src/core/attack/options/presets.ts";
import { type AttackSettings, type Search, searches } from "../../src/core/attack/options/settings.ts";
import { changesOnePixelOnly } from "../../src/core/kernel/search-settings.ts";
import type { Manifest } from "../../src/core/model/manifest.ts";

export interface Row {
  /** What the tables call it: `auto`, or `preset=paper`. */
  readonly name: string;
  readonly settings: AttackSettings;
}

export interface RowChoice {
  readonly pixels: readonly (number | "min")[];
  readonly searches: readonly string[];
  readonly presets: readonly string[];
  /** Numbers of pixels at which the presets are evaluated; their budgets are large. */
  readonly presetPixels: readonly (number | "min")[];
  readonly seed: number;
  readonly budget: number | undefined;
  /** Whether every image is attacked at every other label. */
  readonly targeted: boolean;
}

/** Numbers of pixels, separated by commas; `min` for the fewest. */
export function readPixels(text: string): (number | "min")[] {
  return text.split(",").map((part) => (part === "min" ? part : Number(part)));
}

const isSearch = (name: string): name is Search => (searches as readonly string[]).includes(name);
const isPreset = (name: string): name is Preset => Object.hasOwn(presets, name);

/**
 * Every chosen search and preset at every number of pixels; those that change one pixel at one pixel only. A preset
 * keeps its own budget, and brings `random` at that budget to compare with.
 * @throws Error for a name that is neither
 */
export function rowsOf(choice: RowChoice, manifest: Manifest): Row[] {
  const bounds = {
    ...manifest.input,
    labels: manifest.labels,
    maxBudget: 100_000,
    targeted: choice.targeted,
  };
  return choice.pixels.flatMap((pixels) => [
    ...choice.searches.flatMap((search) => {
      if (!isSearch(search)) throw new Error(`--search: "${search}" is not one of ${searches.join(", ")}.`);
      if (changesOnePixelOnly(search) && pixels !== 1) return [];
      const { seed, budget } = choice;
      return [{ name: search, settings: resolveOptions({ pixels, search, seed, budget }, bounds) }];
    }),
    ...(choice.presetPixels.includes(pixels) ? choice.presets : []).flatMap((preset) => {
      if (!isPreset(preset)) {
        throw new Error(`--preset: "${preset}" is not one of ${Object.keys(presets).join(", ")}.`);
      }
      const { seed } = choice;
      const settings = resolveOptions({ pixels, preset, seed }, bounds);
      const { budget } = settings;
      const baseline = resolveOptions({ pixels, search: "random", seed, budget }, bounds);
      return [
        { name: `preset=${preset}`, settings },
        { name: "random", settings: baseline },
      ];
    }),
  ]);
}
