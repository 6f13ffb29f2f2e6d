import type { Oracle } from "../oracle/oracle.ts";
import { applyCandidate } from "./adversarial-image.ts";
import { cornerCount } from "./corners.ts";
import { kernelSearch, scansCorners } from "./kernel-search.ts";
import { type Goal, isFooled } from "./objectives.ts";
import type { Certificate } from "./result.ts";
import { roundTrip } from "./round-trip.ts";
import { type SearchOptions, type SearchOutcome, search } from "./search.ts";
import type { FixedSettings } from "./settings.ts";
import { engineFor, type Subject } from "./subject.ts";

/** What came of one search with one number of pixels. */
export interface Attempt extends SearchOutcome {
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
  const { kernel, oracle } = engineFor(
    subject,
    { ...settings, searches: [kernelSearch(settings, image)] },
    clean,
  );
  const outcome = await search({
    kernel,
    oracle,
    goal,
    seed: settings.seed,
    budget: settings.budget,
    exhaustive: settings.search === "corners" && settings.exhaustive,
    onAnswer,
    verify: (words) => confirms(subject, words, goal),
    signal,
    onProgress,
    pause,
  });
  const corners = cornerCount(image);
  // A budget of just as many queries as there are corners ends the search, and completes the scan.
  const isDone = scansCorners(settings, image) && outcome.queries === corners && outcome.stopped === "budget";
  const stopped = isDone ? "exhausted" : outcome.stopped;
  const isScanned = scansCorners(settings, image) && stopped === "exhausted";
  const certificate = isScanned ? { corners, fooling: outcome.fooling } : null;
  return { ...outcome, stopped, certificate, oracle };
}
