import { decodePng, encodePng } from "../image/png.ts";
import type { Raster } from "../kernel/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { createEngine, EngineError } from "../oracle/engine.ts";
import { applyCandidate, changedPixels } from "./adversarial-image.ts";
import { argmax, type Goal, isFooled } from "./objectives.ts";
import { OptionError } from "./options.ts";
import { kernelSearches, scansCorners } from "./phases.ts";
import type { Answer, AttackResult } from "./result.ts";
import { type SearchOptions, type SearchOutcome, search } from "./search.ts";
import type { AttackSettings } from "./settings.ts";

export interface AttackRequest {
  readonly classifier: Classifier;
  readonly kernelModule: WebAssembly.Module;
  /** The image to attack, in the classifier's size and channels. */
  readonly image: Raster;
  readonly settings: AttackSettings;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: SearchOptions["onProgress"];
  readonly pause?: SearchOptions["pause"];
}

interface Returned {
  readonly png: Uint8Array;
  /** The PNG, decoded again. */
  readonly image: Raster;
  /** What onnxruntime says to it. */
  readonly probabilities: Float32Array;
}

/** Encodes, decodes again and classifies: what is reported is what is returned. */
async function roundTrip(classifier: Classifier, image: Raster): Promise<Returned> {
  const png = encodePng(image);
  const decoded = await decodePng(png, image.channels);
  return { png, image: decoded, probabilities: await classifier.probabilities(decoded) };
}

function answerOf(labels: readonly string[], probabilities: Float32Array): Answer {
  const index = argmax(probabilities);
  return {
    label: labels[index]!,
    probability: probabilities[index]!,
    probabilities: [...probabilities],
  };
}

function goalOf(settings: AttackSettings, labels: readonly string[], predicted: number): Goal {
  const label = settings.label === null ? predicted : labels.indexOf(settings.label);
  const target = settings.target === null ? null : labels.indexOf(settings.target);
  if (target === label) {
    throw new OptionError("target", `must differ from the label, "${labels[label]}".`);
  }
  return { label, target, objective: settings.objective, stop: settings.stop };
}

/** @throws OptionError if the option `engine` cannot be honoured */
function engineFor({ classifier, kernelModule, image, settings }: AttackRequest, clean: Float32Array) {
  const { pixels, budget, engine } = settings;
  const searches = kernelSearches(settings);
  try {
    return createEngine({ classifier, module: kernelModule, image, pixels, budget, searches, engine, clean });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new OptionError("engine", `"incremental" is not to be had: the model ${error.message}.`);
  }
}

async function runSearch(
  request: AttackRequest,
  goal: Goal,
  clean: Float32Array,
): Promise<SearchOutcome & Pick<AttackResult, "engine">> {
  const { classifier, image, settings } = request;
  const { kernel, oracle } = engineFor(request, clean);
  const outcome = await search({
    kernel,
    oracle,
    goal,
    phases: kernelSearches(settings).length,
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
  return { ...outcome, engine: oracle.engine };
}

/** The number of one-pixel corner-colour changes of an image. */
export function cornerCount(image: Raster): number {
  return image.width * image.height * 2 ** image.channels;
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
