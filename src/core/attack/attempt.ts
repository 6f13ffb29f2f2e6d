import type { SearchKind } from "../kernel/search-settings.ts";
import type { ConfirmingOracle } from "../oracle/confirming.ts";
import { cornerCount } from "./corners.ts";
import type { Goal } from "./objectives.ts";
import { kernelSearch } from "./options/kernel-search.ts";
import type { FixedSettings } from "./options/settings.ts";
import type { Certificate } from "./result.ts";
import { type SearchOptions, type SearchOutcome, search } from "./search.ts";
import { engineFor, type LimitedSubject } from "./subject.ts";

/** What came of one search with one number of pixels. */
export interface Attempt extends SearchOutcome {
  /** The search that ran. */
  readonly search: SearchKind;
  readonly certificate: Certificate | null;
  /** The oracle that answered it. */
  readonly oracle: ConfirmingOracle;
}

/**
 * Makes one search with one number of pixels.
 * @param clean what onnxruntime says to the unchanged image
 * @throws OptionError if the option `engine` cannot be honoured
 */
export async function attempt(
  subject: LimitedSubject,
  settings: FixedSettings,
  goal: Goal,
  clean: Float32Array,
  onAnswer?: SearchOptions["onAnswer"],
): Promise<Attempt> {
  const { image, signal, onProgress, pause } = subject;
  const chosen = kernelSearch(settings, image);
  const { kernel, oracle, slice } = engineFor(subject, { ...settings, searches: [chosen] }, clean);
  const outcome = await search({
    kernel,
    oracle,
    slice,
    goal,
    seed: settings.seed,
    exhaustive: settings.search === "corners" && settings.exhaustive,
    onAnswer,
    signal,
    onProgress,
    pause,
  });
  const isScanned = chosen.search === "corners" && outcome.stopped === "exhausted";
  const certificate = isScanned ? { corners: cornerCount(image), fooling: outcome.fooling } : null;
  return { ...outcome, search: chosen.search, certificate, oracle };
}
