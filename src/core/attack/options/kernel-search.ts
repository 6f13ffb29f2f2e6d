import type { ImageSize } from "../../image/raster.ts";
import type { SearchSettings } from "../../kernel/search-settings.ts";
import { cornerCount } from "../corners.ts";
import type { AttackSettings, FixedSettings } from "./settings.ts";

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

/** From so many pixels on, `auto` moves many at once (docs/search.md). */
const MANY_PIXELS = 16;

/** How much the guided random search draws from all positions and colours: towards a target, colours matter more. */
const DRAWN = {
  untargeted: { strays: 10, anyColours: 2 },
  targeted: { strays: 40, anyColours: 70 },
} as const;

function sparseRs({ target }: FixedSettings): SearchSettings {
  return { search: "sparse-rs", alpha: target === null ? ALPHA.untargeted : ALPHA.targeted };
}

/**
 * What `auto` is: what measured best (docs/results.md). For one pixel the corner scan, which ends in a certificate, for more the
 * guided search, and for many the guided random search; that one also on large images, where the map of the others does
 * not fit.
 */
function autoSearch({ pixels, target }: FixedSettings, image: ImageSize): SearchSettings {
  if (pixels >= MANY_PIXELS || !canMapCorners(image)) {
    return { search: "guided-rs", ...(target === null ? DRAWN.untargeted : DRAWN.targeted) };
  }
  return { search: pixels === 1 ? "corners" : "guided" };
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
