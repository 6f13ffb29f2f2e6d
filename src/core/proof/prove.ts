import { changedPixels } from "../attack/adversarial-image.ts";
import { oracleFor } from "../attack/context.ts";
import { argmax, type Goal } from "../attack/objectives.ts";
import { OptionError } from "../attack/options/options.ts";
import { predictionOf } from "../attack/result.ts";
import { type Bounds, createBounds } from "../kernel/bounds.ts";
import { instantiate } from "../kernel/instance.ts";
import { tieAllowance } from "../oracle/tie-allowance.ts";
import { createAsker } from "./asker.ts";
import { decideByBounds } from "./by-bounds.ts";
import { decideByValues } from "./by-values.ts";
import type { ProofContext } from "./decision.ts";
import { boundsOf } from "./plan.ts";
import type { PixelProof, ProofMethod, ProofResult, ProofSettings } from "./result.ts";

function goalOf(settings: ProofSettings, labels: readonly string[], predicted: number): Goal {
  const label = settings.label === null ? predicted : labels.indexOf(settings.label);
  const target = settings.target === null ? null : labels.indexOf(settings.target);
  if (target === label) throw new OptionError("target", `must differ from the label, "${labels[label]}".`);
  return { label, target };
}

/**
 * The bounds of a classifier's network on an image; null if it has none, but every value of a greyscale image can be asked.
 * @throws OptionError `model` if neither can be
 */
async function boundsFor({ classifier, kernelModule, image }: ProofContext): Promise<Bounds | null> {
  const compiled = await boundsOf(classifier);
  if ("plan" in compiled) {
    return createBounds(instantiate(kernelModule), compiled.plan, image, classifier.manifest.input);
  }
  if (image.channels === 1) return null;
  throw new OptionError("model", `cannot be proved: it ${compiled.unsupported}.`);
}

/** The least bound of all boxes. */
function leastBound(proofs: readonly PixelProof[]): number | null {
  let least: number | null = null;
  for (const { leaves } of proofs) {
    for (const { bound } of leaves) if (bound !== null && (least === null || bound < least)) least = bound;
  }
  return least;
}

function undecided({ first, end }: ProofSettings, proofs: readonly PixelProof[], width: number) {
  const proved = new Set(proofs.map(({ position }) => position));
  const positions = Array.from({ length: end - first }, (_, i) => first + i);
  return positions
    .filter((position) => !proved.has(position))
    .map((position) => ({ x: position % width, y: Math.floor(position / width) }));
}

/**
 * Decides whether any change of one pixel, to any 8-bit colour, reaches the goal.
 * @throws OptionError `model` if the classifier's network cannot be bounded; `target` if it is the label itself
 */
export async function prove(context: ProofContext): Promise<ProofResult> {
  const { classifier, image, settings } = context;
  const { labels } = classifier.manifest;
  const clean = await classifier.probabilities(image);
  const goal = goalOf(settings, labels, argmax(clean));
  const isRight = argmax(clean) === goal.label;
  const bounds = isRight ? await boundsFor(context) : null;
  const method: ProofMethod = isRight && bounds === null ? "enumeration" : "bounds";
  const total = settings.end - settings.first;
  const common = {
    label: labels[goal.label]!,
    target: settings.target,
    before: predictionOf(labels, clean),
    method,
    settings,
  };
  if (!isRight) {
    return {
      ...common,
      status: "misclassified",
      pixels: { total, proved: 0, unknown: [] },
      counterexample: null,
      cost: { boxes: 0, queries: 0 },
      margin: null,
      rounding: null,
      asked: 0,
      stopped: null,
      proofs: [],
    };
  }
  const limited = {
    ...context,
    onProgress: undefined,
    ties: tieAllowance(classifier, settings.budget, image),
  };
  const search = { search: "random" } as const;
  const oracle = await oracleFor(limited, { engine: null, pixels: 1, budget: 1, search }, clean);
  const asker = createAsker(oracle, goal);
  const decision = { goal, asker, context, signalled: () => oracle.kernel.signalled };
  const { found, proofs, boxes, asked, stopped } =
    bounds === null ? await decideByValues(decision) : await decideByBounds(decision, bounds);
  const unknown = found === null ? undecided(settings, proofs, image.width) : [];
  return {
    ...common,
    status: found !== null ? "broken" : unknown.length > 0 ? "unknown" : "proved",
    pixels: { total, proved: proofs.length, unknown },
    counterexample: found && {
      pixel: changedPixels(image, found.returned.image)[0]!,
      after: predictionOf(labels, found.returned.probabilities),
      png: found.returned.png,
    },
    cost: { boxes, queries: asker.queries },
    margin: leastBound(proofs),
    rounding: bounds === null ? null : Math.max(...bounds.cleanError),
    asked,
    stopped,
    proofs: proofs.toSorted((a, b) => a.position - b.position),
  };
}
