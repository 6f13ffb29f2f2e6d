import type { SearchKind } from "../kernel/search-settings.ts";
import type { Oracle } from "../oracle/oracle.ts";
import { applyCandidate } from "./adversarial-image.ts";
import { cornerCount } from "./corners.ts";
import { kernelSearch } from "./kernel-search.ts";
import { type Goal, isFooled } from "./objectives.ts";
import type { Certificate } from "./result.ts";
import { roundTrip } from "./round-trip.ts";
import { type SearchOptions, type SearchOutcome, search } from "./search.ts";
import type { FixedSettings } from "./settings.ts";
import { engineFor, type Subject } from "./subject.ts";

/** What came of one search with one number of pixels. */
export interface Attempt extends SearchOutcome {
  /** The search that ran. */
  readonly search: SearchKind;
  readonly certificate: Certificate | null;
  /** The oracle that answered it. */
  readonly oracle: Oracle;
}

/** Whether a candidate reaches the goal in the very image that would be returned, by onnxruntime. */
export async function confirms({ classifier, image }: Subject, words: Uint32Array, goal: Goal) {
  const returned = await roundTrip(classifier, applyCandidate(image, words));
  return isFooled(returned.probabilities, goal);
}

/**
 * Makes one search with one number of pixels.
 * @param clean what onnxruntime says to the unchanged image
 * @throws OptionError if the option `engine` cannot be honoured
 */
export async function attempt(
  subject: Subject,
  settings: FixedSettings,
  goal: Goal,
  clean: Float32Array,
  onAnswer?: SearchOptions["onAnswer"],
): Promise<Attempt> {
  const { image, signal, onProgress, pause } = subject;
  const chosen = kernelSearch(settings, image);
  const { kernel, oracle } = engineFor(subject, { ...settings, searches: [chosen] }, clean);
  const outcome = await search({
    kernel,
    oracle,
    goal,
    seed: settings.seed,
    exhaustive: settings.search === "corners" && settings.exhaustive,
    onAnswer,
    verify: (words) => confirms(subject, words, goal),
    signal,
    onProgress,
    pause,
  });
  const isScanned = chosen.search === "corners" && outcome.stopped === "exhausted";
  const certificate = isScanned ? { corners: cornerCount(image), fooling: outcome.fooling } : null;
  return { ...outcome, search: chosen.search, certificate, oracle };
}
