import type { SearchSettings } from "../kernel/search-settings.ts";
import type { AttackSettings } from "./settings.ts";

/** The kernel's searches that an attack runs, one after the other, over one memory of queried candidates. */
export function kernelSearches(settings: AttackSettings): readonly SearchSettings[] {
  if (settings.search !== "de") throw new Error(`search=${settings.search} is not in the kernel yet`);
  const { search, strategy, population, generations, mutationFactor, crossover, colours, start } = settings;
  return [{ search, strategy, population, generations, mutationFactor, crossover, colours, start }];
}
