import type { SearchKind } from "../kernel/search-settings.ts";
import { type Engine, referenceOf } from "../oracle/oracle.ts";
import { type Returned, roundTrip } from "../oracle/round-trip.ts";
import { tieAllowance } from "../oracle/tie-allowance.ts";
import { changedPixels } from "./adversarial-image.ts";
import { type AttackContext, afterQueries, type LimitedContext } from "./context.ts";
import { cornerCount } from "./corners.ts";
import { argmax, endsSearch, type Goal, isFooled, lossOf, type SearchRule } from "./objectives.ts";
import { cornerSettings, scansCorners } from "./options/kernel-search.ts";
import type { FixedSettings } from "./options/settings.ts";
import { type Certificate, type ChangedPixel, type Prediction, predictionOf } from "./result.ts";
import { confirm, type Queried } from "./search.ts";
import { type PixelSearch, searchPixels } from "./search-pixels.ts";
import type { Stopped } from "./stopped.ts";

export interface TargetsRequest extends AttackContext {
  /** The settings, budget included, of each target's attack; `target` is null. */
  readonly settings: FixedSettings;
}

type LimitedRequest = TargetsRequest & LimitedContext;

/** The outcome of the attack on one target. */
export interface TargetResult {
  readonly target: string;
  readonly status: "fooled" | "survived";
  /** What the reference predicts for the returned image. */
  readonly after: Prediction;
  readonly pixels: readonly ChangedPixel[];
  /** The returned image as PNG: the target's if it was reached, else the best candidate's. */
  readonly png: Uint8Array;
  /**
   * Queries of the whole request up to the one that reached the target, or to the end of the target's
   * search.
   */
  readonly cost: { readonly queries: number };
  readonly stopped: Stopped;
  /** After a full corner scan: how many corners there are, and how many reach the target. */
  readonly certificate: Certificate | null;
  /** onnxruntime confirms that it takes the returned PNG, decoded again, for the target. */
  readonly verified: boolean;
}

export interface TargetsResult {
  readonly label: string;
  readonly before: Prediction;
  /** In the order of the model's labels; none where the classifier is wrong before any pixel changes. */
  readonly targets: readonly TargetResult[];
  readonly cost: { readonly queries: number; readonly budget: number };
  readonly settings: FixedSettings;
  /** The search that ran; null where nothing was searched. */
  readonly search: SearchKind | null;
  readonly engine: Engine;
}

/** One target and the state of its search. */
interface Aim {
  readonly goal: Goal & { readonly target: number };
  /** The candidate that reaches it; null until one does. */
  reached: Queried | null;
  /** The candidate with the lowest loss. */
  best: Queried | null;
  fooling: number;
  queries: number;
  stopped: Stopped;
}

/** What one request has spent so far, over all its targets. */
interface Spending {
  queries: number;
  /** The last search. */
  made: PixelSearch | null;
}

/** The candidate with the lower loss; of equal ones the first. */
function nearer(
  one: Queried | null,
  encoded: Uint32Array,
  row: Float32Array,
  goal: Goal,
  objective: SearchRule["objective"],
): Queried {
  const loss = lossOf(row, goal, objective);
  if (one !== null && one.loss <= loss) return one;
  return { encoded: encoded.slice(), probabilities: row.slice(), loss };
}

/** With one pixel, one scan of all corner colours serves every target at once. */
async function scan(
  request: LimitedRequest,
  aims: readonly Aim[],
  clean: Float32Array,
  spent: Spending,
): Promise<void> {
  const { objective } = request.settings;
  const goal: Goal = { label: aims[0]!.goal.label, target: null };
  const onQueried = (encoded: Uint32Array, row: Float32Array) => {
    spent.queries++;
    const predicted = argmax(row);
    for (const aim of aims) {
      aim.best = nearer(aim.best, encoded, row, aim.goal, objective);
      if (predicted !== aim.goal.target) continue;
      aim.fooling++;
      const before = aim.reached;
      aim.reached = nearer(before, encoded, row, aim.goal, objective);
      if (aim.reached !== before) aim.queries = spent.queries;
    }
  };
  const budget = cornerCount(request.image);
  const settings = { ...cornerSettings(request.settings, true), budget };
  const made = await searchPixels(request, settings, goal, clean, onQueried);
  spent.made = made;
  for (const aim of aims) {
    aim.stopped = made.stopped;
    if (aim.reached === null) aim.queries = spent.queries;
  }
}

/**
 * One search a target, the likeliest first. Every candidate is tested for all targets that are not
 * reached yet, so that a target that another one's search comes upon needs none of its own.
 */
async function searchEach(
  request: LimitedRequest,
  aims: readonly Aim[],
  clean: Float32Array,
  spent: Spending,
): Promise<void> {
  const { settings } = request;
  const { objective, stop } = settings;
  const { labels } = request.classifier.manifest;
  const order = aims.toSorted((a, b) => clean[b.goal.target]! - clean[a.goal.target]!);
  for (const [place, aim] of order.entries()) {
    if (aim.reached !== null) continue;
    const others = order.filter((other) => other !== aim && other.reached === null);
    const met = new Map<Aim, { candidate: Queried; queries: number }>();
    const onQueried = (encoded: Uint32Array, row: Float32Array) => {
      spent.queries++;
      for (const other of others) {
        other.best = nearer(other.best, encoded, row, other.goal, objective);
        if (met.has(other) || !isFooled(row, other.goal) || !endsSearch(row, other.goal, stop)) continue;
        met.set(other, {
          candidate: nearer(null, encoded, row, other.goal, objective),
          queries: spent.queries,
        });
      }
    };
    const own = { ...settings, target: labels[aim.goal.target]! };
    const made = await searchPixels(afterQueries(request, spent.queries), own, aim.goal, clean, onQueried);
    spent.made = made;
    aim.reached = made.fooled;
    if (made.best !== null && (aim.best === null || made.best.loss < aim.best.loss)) aim.best = made.best;
    aim.queries = spent.queries;
    aim.stopped = made.stopped;
    for (const [other, { candidate, queries }] of met) {
      other.reached = await confirm(made.oracle, candidate, other.goal);
      if (other.reached === null) continue;
      other.queries = queries;
      other.stopped = "success";
    }
    if (made.stopped !== "aborted" && made.stopped !== "cpu-limit") continue;
    for (const other of order.slice(place + 1).filter(({ reached }) => reached === null)) {
      other.stopped = made.stopped;
      other.queries = spent.queries;
    }
    return;
  }
}

/** The result of one target, with the image that is returned for it. */
function resultOf(request: TargetsRequest, aim: Aim, returned: Returned): TargetResult {
  const { classifier, image } = request;
  const { labels } = classifier.manifest;
  const verified = aim.reached !== null && isFooled(returned.probabilities, aim.goal);
  const isScanned = scansCorners(request.settings, image) && aim.stopped === "exhausted";
  return {
    target: labels[aim.goal.target]!,
    status: verified ? "fooled" : "survived",
    after: predictionOf(labels, returned.probabilities),
    pixels: changedPixels(image, returned.image),
    png: returned.png,
    cost: { queries: aim.queries },
    stopped: aim.stopped,
    certificate: isScanned ? { corners: cornerCount(image), fooling: aim.fooling } : null,
    verified,
  };
}

/**
 * Attacks one image towards every other label.
 * @throws OptionError if the option `engine` cannot be honoured
 */
export async function attackTargets(request: TargetsRequest): Promise<TargetsResult> {
  const { classifier, image, settings } = request;
  const { labels } = classifier.manifest;
  const clean = await classifier.probabilities(image);
  const label = settings.label === null ? argmax(clean) : labels.indexOf(settings.label);
  const before = predictionOf(labels, clean);
  const common = { label: labels[label]!, before, settings };
  const spent: Spending = { queries: 0, made: null };
  if (argmax(clean) !== label) {
    const cost = { queries: 0, budget: settings.budget };
    return { ...common, targets: [], cost, search: null, engine: referenceOf(classifier) };
  }
  const aims = [...labels.keys()]
    .filter((target) => target !== label)
    .map((target): Aim => {
      const goal = { label, target };
      return { goal, reached: null, best: null, fooling: 0, queries: 0, stopped: "success" };
    });
  const budget = settings.budget * aims.length;
  const isScan = scansCorners(settings, image) && budget >= cornerCount(image);
  const limited = { ...request, ties: tieAllowance(classifier, budget, image) };
  await (isScan ? scan : searchEach)(limited, aims, clean, spent);
  const { search, oracle } = spent.made!;
  const targets: TargetResult[] = [];
  // If no candidate was queried, the unchanged image is returned.
  let unchanged: Returned | null = null;
  for (const aim of aims) {
    const found = aim.reached ?? aim.best;
    if (!found) unchanged ??= await roundTrip(classifier, image);
    const returned = found ? (found.returned ?? (await oracle.confirm(found.encoded))) : unchanged!;
    targets.push(resultOf(request, aim, returned));
  }
  return { ...common, targets, cost: { queries: spent.queries, budget }, search, engine: oracle.engine };
}
