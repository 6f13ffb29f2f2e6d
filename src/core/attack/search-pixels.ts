import type { SearchKind } from "../kernel/search-settings.ts";
import type { ConfirmingOracle } from "../oracle/confirming.ts";
import { type LimitedContext, oracleFor } from "./context.ts";
import { cornerCount } from "./corners.ts";
import type { Goal } from "./objectives.ts";
import { kernelSearch } from "./options/kernel-search.ts";
import type { FixedSettings } from "./options/settings.ts";
import type { Certificate } from "./result.ts";
import { type SearchOptions, type SearchOutcome, search } from "./search.ts";

/** The outcome of one search with one number of pixels. */
export interface PixelSearch extends SearchOutcome {
  /** The search that ran. */
  readonly search: SearchKind;
  readonly certificate: Certificate | null;
  /** The oracle that its queries went to. */
  readonly oracle: ConfirmingOracle;
}

/**
 * Runs one search with one number of pixels.
 * @param clean onnxruntime's prediction for the unchanged image
 * @throws OptionError if the option `engine` cannot be honoured
 */
export async function searchPixels(
  context: LimitedContext,
  settings: FixedSettings,
  goal: Goal,
  clean: Float32Array,
  onQueried?: SearchOptions["onQueried"],
): Promise<PixelSearch> {
  const { image, signal, onProgress, pause } = context;
  const chosen = kernelSearch(settings, image);
  const { kernel, oracle, slice } = await oracleFor(context, { ...settings, search: chosen }, clean);
  const outcome = await search({
    kernel,
    oracle,
    slice,
    goal,
    rule: settings,
    seed: settings.seed,
    exhaustive: settings.search === "corners" && settings.exhaustive,
    onQueried,
    signal,
    onProgress,
    pause,
  });
  const isScanned = chosen.search === "corners" && outcome.stopped === "exhausted";
  const certificate = isScanned ? { corners: cornerCount(image), fooling: outcome.fooling } : null;
  return { ...outcome, search: chosen.search, certificate, oracle };
}
