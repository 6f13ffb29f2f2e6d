import { referenceOf } from "../oracle/oracle.ts";
import { roundTrip } from "../oracle/round-trip.ts";
import { tieAllowance } from "../oracle/tie-allowance.ts";
import { changedPixels } from "./adversarial-image.ts";
import type { AttackContext } from "./context.ts";
import { type FewestSearch, searchFewest } from "./fewest.ts";
import { argmax, type Goal, isFooled } from "./objectives.ts";
import { OptionError } from "./options/options.ts";
import type { AttackSettings } from "./options/settings.ts";
import { mostQueries } from "./options/work.ts";
import { type AttackResult, predictionOf } from "./result.ts";
import { type PixelSearch, searchPixels } from "./search-pixels.ts";

export interface AttackRequest extends AttackContext {
  readonly settings: AttackSettings;
}

function goalOf(settings: AttackSettings, labels: readonly string[], predicted: number): Goal {
  const label = settings.label === null ? predicted : labels.indexOf(settings.label);
  const target = settings.target === null ? null : labels.indexOf(settings.target);
  if (target === label) {
    throw new OptionError("target", `must differ from the label, "${labels[label]}".`);
  }
  return { label, target };
}

/**
 * Attacks one image.
 * @throws OptionError if the target is the label that the classifier itself gives
 */
export async function attack(request: AttackRequest): Promise<AttackResult> {
  const { classifier, image, settings } = request;
  const { labels } = classifier.manifest;
  const clean = await classifier.probabilities(image);
  const before = predictionOf(labels, clean);
  const goal = goalOf(settings, labels, argmax(clean));
  const common = {
    label: labels[goal.label]!,
    target: settings.target,
    before,
    settings,
  };
  if (argmax(clean) !== goal.label) {
    const returned = await roundTrip(classifier, image);
    return {
      ...common,
      status: "misclassified",
      after: predictionOf(labels, returned.probabilities),
      pixels: [],
      png: returned.png,
      cost: { queries: 0, generations: 0, budget: mostQueries(settings) },
      search: null,
      stopped: null,
      certificate: null,
      engine: referenceOf(classifier),
      verified: false,
    };
  }

  const limited = { ...request, ties: tieAllowance(classifier, mostQueries(settings), image) };
  const outcome: PixelSearch & Partial<FewestSearch> =
    settings.pixels === "min"
      ? await searchFewest(limited, settings, goal, clean)
      : await searchPixels(limited, settings, goal, clean);
  const found = outcome.fooled ?? outcome.best;
  // If no candidate was queried, the unchanged image is returned.
  const returned = found
    ? (found.returned ?? (await outcome.oracle.confirm(found.encoded)))
    : await roundTrip(classifier, image);
  const verified = outcome.fooled !== null && isFooled(returned.probabilities, goal);
  return {
    ...common,
    status: verified ? "fooled" : "survived",
    after: predictionOf(labels, returned.probabilities),
    pixels: changedPixels(image, returned.image),
    png: returned.png,
    cost: { queries: outcome.queries, generations: outcome.generations, budget: mostQueries(settings) },
    search: outcome.search,
    stopped: outcome.stopped,
    certificate: outcome.certificate,
    ...(outcome.tried && { tried: outcome.tried }),
    engine: outcome.oracle.engine,
    verified,
  };
}
