import type { SearchSettings } from "../kernel/search-settings.ts";
import type { AttackSettings } from "./settings.ts";

/** The kernel's searches that an attack runs, one after the other, over one memory of queried candidates. */
export function kernelSearches(settings: AttackSettings): readonly SearchSettings[] {
  switch (settings.search) {
    case "de": {
      const { strategy, population, generations, mutationFactor, crossover, colours, start } = settings;
      return [{ search: "de", strategy, population, generations, mutationFactor, crossover, colours, start }];
    }
    case "corners":
      return [{ search: "corners" }];
    case "sparse-rs":
      return [{ search: "sparse-rs" }];
    case "random":
      return [{ search: "random", colours: "full" }];
  }
}
