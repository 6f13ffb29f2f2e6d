import type { KernelExports } from "./instance.ts";
import { type SearchSettings, strategies } from "./search-settings.ts";

/** Reserves the memory that a search needs in addition to the queried candidates and the chunk. */
export function reserveSearch(wasm: KernelExports, settings: SearchSettings): void {
  switch (settings.search) {
    case "de":
      wasm.reserveDe(settings.population);
      break;
    case "random":
      wasm.reserveMarks();
      break;
    case "sparse-rs":
      wasm.reserveMarks();
      wasm.reserveSparseRs();
      break;
    case "guided-rs":
      wasm.reserveMarks();
      wasm.reserveGuidedRs();
      break;
    case "guided":
      wasm.reserveGuided();
      break;
    case "corners":
      wasm.reserveCorners();
      break;
  }
}

/** Starts a search in a kernel with a seeded generator, and returns its ask. */
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
      wasm.beginRandom();
      return wasm.askRandom;
    case "sparse-rs":
      wasm.beginSparseRs(settings.alpha);
      return wasm.askSparseRs;
    case "guided-rs":
      wasm.beginGuidedRs(settings.strays, settings.anyColours);
      return wasm.askSparseRs;
    case "guided":
      wasm.beginGuided();
      return wasm.askGuided;
    case "corners":
      wasm.beginCorners();
      return wasm.askCorners;
  }
}
