import type { KernelExports } from "./instance.ts";
import { type SearchSettings, strategies } from "./search-settings.ts";

/** Reserves what the searches need beside the memory of queried candidates and the chunk. */
export function reserveSearches(wasm: KernelExports, searches: readonly SearchSettings[]): void {
  const kinds = new Set(searches.map(({ search }) => search));
  const populations = searches.map((settings) => (settings.search === "de" ? settings.population : 0));
  if (kinds.has("de")) wasm.reserveDe(Math.max(...populations));
  if (kinds.has("random") || kinds.has("sparse-rs")) wasm.reserveMarks();
  if (kinds.has("sparse-rs")) wasm.reserveSparseRs();
  if (kinds.has("corners")) wasm.reserveCorners();
  if (kinds.has("guided")) wasm.reserveGuided();
}

/** Starts a search in the kernel, whose generator has been seeded, and returns its ask. */
export function startSearch(wasm: KernelExports, settings: SearchSettings): (limit: number) => number {
  switch (settings.search) {
    case "de": {
      const [smallestFactor, largestFactor] = settings.mutationFactor;
      wasm.beginDe(
        settings.population,
        settings.generations,
        strategies.indexOf(settings.strategy),
        smallestFactor,
        largestFactor,
        settings.crossover,
        Number(settings.start === "normal"),
        Number(settings.colours === "corners"),
      );
      return wasm.askDe;
    }
    case "random":
      wasm.beginRandom(Number(settings.colours === "corners"));
      return wasm.askRandom;
    case "sparse-rs":
      wasm.beginSparseRs(settings.alpha);
      return wasm.askSparseRs;
    case "guided":
      wasm.beginGuided();
      return wasm.askGuided;
    case "corners":
      wasm.beginCorners();
      return wasm.askCorners;
  }
}
