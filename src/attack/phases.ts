import type { SearchSettings } from "../kernel/search-settings.ts";
import type { AttackSettings, FixedSettings } from "./settings.ts";

/**
 * The kernel's searches that an attack runs, one after the other, over one memory of queried candidates.
 *
 * `auto` is what measured best (docs/results.md): the corner scan for one pixel, which ends in a
 * certificate, and the guided search for more.
 */
export function kernelSearches(settings: FixedSettings): readonly SearchSettings[] {
  const { search } = settings;
  switch (search) {
    case "auto":
      return [{ search: settings.pixels === 1 ? "corners" : "guided" }];
    case "de": {
      const { strategy, population, generations, mutationFactor, crossover, colours, start } = settings;
      return [{ search, strategy, population, generations, mutationFactor, crossover, colours, start }];
    }
    case "random":
      return [{ search, colours: "full" }];
    case "corners":
    case "sparse-rs":
      return [{ search }];
  }
}

/** The settings of a corner scan with the same goal and limits. */
export function cornerSettings(settings: AttackSettings, exhaustive: boolean): FixedSettings {
  const { target, label, objective, stop, seed, budget, engine } = settings;
  const common = { target, label, objective, stop, seed, budget, engine };
  return { ...common, pixels: 1, search: "corners", exhaustive };
}

/** Whether an attack that goes to its end has queried every one-pixel corner-colour change. */
export function scansCorners(settings: FixedSettings): boolean {
  return kernelSearches(settings).some(({ search }) => search === "corners");
}
