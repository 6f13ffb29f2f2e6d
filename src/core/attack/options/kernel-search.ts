import type { ImageSize } from "../../image/raster.ts";
import type { SearchSettings } from "../../kernel/search-settings.ts";
import { cornerCount } from "../corners.ts";
import type { AttackSettings, FixedSettings, Search } from "./settings.ts";

/**
 * The largest number of corner-colour changes that a search with a record of each can handle: 16 bytes
 * a change, of the 96 MiB that a kernel may have.
 */
const MAX_MAPPED_CORNERS = 2 ** 21;

/** Whether a search can keep a record of each corner-colour change of an image. */
export function canMapCorners(image: ImageSize): boolean {
  return cornerCount(image) <= MAX_MAPPED_CORNERS;
}

/** α₀ of Sparse-RS, as its authors chose it for each kind of attack (arXiv 2006.12834). */
const ALPHA = { untargeted: 0.3, targeted: 0.1 } as const;

/** Whether an attack on an image of this size runs Sparse-RS for any number of pixels. */
export function runsSparseRs(search: Search, image: ImageSize): boolean {
  return search === "sparse-rs" || (search === "auto" && !canMapCorners(image));
}

function sparseRs({ target }: FixedSettings): SearchSettings {
  return { search: "sparse-rs", alpha: target === null ? ALPHA.untargeted : ALPHA.targeted };
}

/**
 * What `auto` is: what measured best (docs/results.md), the corner scan for one pixel, which ends in a
 * certificate, and the guided search for more. On large images the map that both keep does not fit.
 */
function autoSearch(settings: FixedSettings, image: ImageSize): SearchSettings {
  if (!canMapCorners(image)) return sparseRs(settings);
  return { search: settings.pixels === 1 ? "corners" : "guided" };
}

/** The kernel's search that an attack on an image of this size runs. */
export function kernelSearch(settings: FixedSettings, image: ImageSize): SearchSettings {
  const { search } = settings;
  switch (search) {
    case "auto":
      return autoSearch(settings, image);
    case "de": {
      const { strategy, population, generations, mutationFactor, crossover, colours, start } = settings;
      return { search, strategy, population, generations, mutationFactor, crossover, colours, start };
    }
    case "random":
      return { search };
    case "corners":
      return { search };
    case "sparse-rs":
      return sparseRs(settings);
  }
}

/** The settings of a corner scan with the same goal and limits. */
export function cornerSettings(settings: AttackSettings, exhaustive: boolean): FixedSettings {
  const { target, label, objective, stop, seed, budget, engine, space } = settings;
  const common = { target, label, objective, stop, seed, budget, engine, ...(space && { space }) };
  return { ...common, pixels: 1, search: "corners", exhaustive };
}

/** Whether an attack that is not stopped early queries every one-pixel corner-colour change. */
export function scansCorners(settings: FixedSettings, image: ImageSize): boolean {
  return kernelSearch(settings, image).search === "corners";
}
