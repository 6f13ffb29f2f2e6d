import type { SearchSettings } from "../kernel/search-settings.ts";
import type { AttackSettings } from "./settings.ts";

/** The kernel's searches that an attack runs, one after the other, over one memory of queried candidates. */
export function kernelSearches(settings: AttackSettings): readonly SearchSettings[] {
  const { search } = settings;
  switch (search) {
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
