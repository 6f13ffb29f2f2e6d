import { applyCandidate, changedPixels } from "./adversarial-image.ts";
import { cornerCount } from "./corners.ts";
import { argmax, type Goal, isFooled } from "./objectives.ts";
import { OptionError } from "./options.ts";
import { kernelSearches, scansCorners } from "./phases.ts";
import type { AttackResult } from "./result.ts";
import { answerOf, roundTrip } from "./round-trip.ts";
import { type SearchOutcome, search } from "./search.ts";
import type { AttackSettings } from "./settings.ts";
import { engineFor, type Subject } from "./subject.ts";

export interface AttackRequest extends Subject {
  readonly settings: AttackSettings;
}

function goalOf(settings: AttackSettings, labels: readonly string[], predicted: number): Goal {
  const label = settings.label === null ? predicted : labels.indexOf(settings.label);
  const target = settings.target === null ? null : labels.indexOf(settings.target);
  if (target === label) {
    throw new OptionError("target", `must differ from the label, "${labels[label]}".`);
  }
  return { label, target, objective: settings.objective, stop: settings.stop };
}

async function runSearch(
  request: AttackRequest,
  goal: Goal,
  clean: Float32Array,
): Promise<SearchOutcome & Pick<AttackResult, "engine">> {
  const { classifier, image, settings } = request;
  const searches = kernelSearches(settings);
  const { kernel, oracle } = engineFor(request, { ...settings, searches }, clean);
  const outcome = await search({
    kernel,
    oracle,
    goal,
    phases: searches.length,
    seed: settings.seed,
    budget: settings.budget,
    exhaustive: settings.search === "corners" && settings.exhaustive,
    verify: async (words) => {
      const returned = await roundTrip(classifier, applyCandidate(image, words));
      return isFooled(returned.probabilities, goal);
    },
    signal: request.signal,
    onProgress: request.onProgress,
    pause: request.pause,
  });
  const scanned = scansCorners(settings) && outcome.queries === cornerCount(image);
  const stopped = scanned && outcome.stopped === "budget" ? "exhausted" : outcome.stopped;
  return { ...outcome, stopped, engine: oracle.engine };
}

/**
 * Attacks one image.
 * @throws OptionError if the target is the label that the classifier itself gives
 */
export async function attack(request: AttackRequest): Promise<AttackResult> {
  const { classifier, image, settings } = request;
  const { labels } = classifier.manifest;
  const clean = await roundTrip(classifier, image);
  const before = answerOf(labels, clean.probabilities);
  const goal = goalOf(settings, labels, argmax(clean.probabilities));
  const common = {
    label: labels[goal.label]!,
    target: settings.target,
    before,
    settings,
  };
  if (argmax(clean.probabilities) !== goal.label) {
    return {
      ...common,
      status: "misclassified",
      after: before,
      pixels: [],
      png: clean.png,
      cost: { queries: 0, generations: 0, budget: settings.budget },
      stopped: null,
      certificate: null,
      engine: "onnxruntime",
      verified: false,
    };
  }

  const outcome = await runSearch(request, goal, clean.probabilities);
  const found = outcome.fooled ?? outcome.best;
  const returned = found ? await roundTrip(classifier, applyCandidate(image, found.words)) : clean;
  const verified = outcome.fooled !== null && isFooled(returned.probabilities, goal);
  const scanned = scansCorners(settings) && outcome.stopped === "exhausted";
  return {
    ...common,
    status: verified ? "fooled" : "survived",
    after: answerOf(labels, returned.probabilities),
    pixels: changedPixels(image, returned.image),
    png: returned.png,
    cost: { queries: outcome.queries, generations: outcome.generations, budget: settings.budget },
    stopped: outcome.stopped,
    certificate: scanned ? { corners: cornerCount(image), fooling: outcome.fooling } : null,
    engine: outcome.engine,
    verified,
  };
}
