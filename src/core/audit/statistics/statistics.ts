import type { ImageOutcome } from "../outcome.ts";
import { groupBy } from "./group-by.ts";
import { type Summary, summarise } from "./summary.ts";
import { type Proportion, proportion } from "./wilson.ts";

/** What the statistics need to know about the classifier. */
export interface LabelSpace {
  /** How many labels it has. */
  readonly labels: number;
  /** The size of its images, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** The map has at most this many columns and rows; a larger image is binned. */
const DENSITY_CELLS = 32;

/** The number of fooling pixels in each cell of the image. */
export interface DensityMap {
  readonly columns: number;
  readonly rows: number;
  /** columns × rows counts, rows from top to bottom. */
  readonly counts: readonly number[];
}

/** The figures of one label. */
export interface ClassStatistics {
  readonly label: number;
  /** Classified correctly before the attack, of the images with this label. */
  readonly accuracy: Proportion;
  /** Fooled, of those classified correctly. */
  readonly fooled: Proportion;
}

/** Additional figures of a targeted audit, where an attack is one image with one target. */
export interface TargetStatistics {
  /** Attacks that reached their target, of all. Attacks on one image are alike, so the interval is too narrow. */
  readonly reached: Proportion;
  /** The same by target label. */
  readonly byTarget: readonly Proportion[];
  /** How many other labels one image can be turned into. */
  readonly labelsReached: Summary | null;
}

/** The figures of one setting of `pixels` over an image set. */
export interface AuditStatistics {
  /** Images that have an outcome other than failed. */
  readonly images: number;
  /** Images with at least one failed attack, which no other figure counts. */
  readonly failed: number;
  /** Images classified correctly before the attack, of all. */
  readonly accuracy: Proportion;
  /** Images fooled, of those classified correctly; in a targeted audit by at least one target. */
  readonly fooled: Proportion;
  /** Images whose outcome carries a certificate, of those classified correctly. */
  readonly certified: Proportion;
  /** Of the labels that an image has, in the order of the labels. */
  readonly byClass: readonly ClassStatistics[];
  /** `[a, b, attacks]`: the successful attacks that turned label a into label b, where there are any; by a, then b. */
  readonly matrix: readonly (readonly [from: number, to: number, attacks: number])[];
  readonly queries: {
    /** Of the attacks that fooled the classifier. */
    readonly fooled: Summary | null;
    /** Of all attacks that searched. */
    readonly all: Summary | null;
    readonly total: number;
    /** `[most, attacks]`: successful attacks that took at most so many queries and more than the bar before. */
    readonly histogram: readonly (readonly [most: number, attacks: number])[];
  };
  /** The classifier's probability, 0…1, for the wrong label of each successful attack. */
  readonly confidence: Summary | null;
  readonly density: DensityMap;
  /** Null when the audit is untargeted. */
  readonly targets: TargetStatistics | null;
}

/**
 * The figures of one row of an audit: outcomes that share one setting of `pixels`, in any order.
 * The same outcomes in another order give the same bits.
 * @throws RangeError for two outcomes of one image and target, for a label out of range, or for outcomes
 *   that differ in `pixels`.
 */
export function statistics(outcomes: readonly ImageOutcome[], space: LabelSpace): AuditStatistics {
  check(outcomes, space);
  const images = [...groupBy(outcomes, (outcome) => outcome.index).values()];
  const finished = images.filter((attacks) => attacks.every(({ status }) => status !== "failed"));
  const correct = finished.filter((attacks) => attacks.every(({ status }) => status !== "misclassified"));
  const attacks = correct.flat();
  const successes = attacks.filter(isFooled);
  const labels = Array.from({ length: space.labels }, (_, label) => label);
  return {
    images: finished.length,
    failed: images.length - finished.length,
    accuracy: proportion(correct.length, finished.length),
    fooled: share(correct, (image) => image.some(isFooled)),
    certified: share(correct, (image) => image.every(({ certified }) => certified)),
    byClass: labels.flatMap((label) => {
      const here = finished.filter(([first]) => first!.label === label);
      if (here.length === 0) return [];
      const correctHere = correct.filter(([first]) => first!.label === label);
      return {
        label,
        accuracy: proportion(correctHere.length, here.length),
        fooled: share(correctHere, (image) => image.some(isFooled)),
      };
    }),
    matrix: classMatrix(successes),
    queries: {
      fooled: summarise(successes.map(({ queries }) => queries)),
      all: summarise(attacks.map(({ queries }) => queries)),
      total: attacks.reduce((sum, { queries }) => sum + queries, 0),
      histogram: histogram(successes.map(({ queries }) => queries)),
    },
    confidence: summarise(successes.flatMap(({ probability }) => probability ?? [])),
    density: densityMap(successes, space),
    targets: targetStatistics(correct, labels),
  };
}

function isFooled({ status }: ImageOutcome): boolean {
  return status === "fooled";
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): Proportion {
  return proportion(items.filter(holds).length, items.length);
}

function check(outcomes: readonly ImageOutcome[], { labels }: LabelSpace): void {
  const seen = new Set<string>();
  for (const outcome of outcomes) {
    const { index, label, newLabel, target, pixels } = outcome;
    for (const one of [label, newLabel ?? 0, target ?? 0]) {
      if (!Number.isInteger(one) || one < 0 || one >= labels) {
        throw new RangeError(`Image ${index}: label ${one} is not one of the ${labels} labels.`);
      }
    }
    if (pixels !== outcomes[0]!.pixels) {
      throw new RangeError(`Image ${index}: pixels is ${pixels}, elsewhere ${outcomes[0]!.pixels}.`);
    }
    const key = `${index} ${target}`;
    if (seen.has(key)) throw new RangeError(`Image ${index}, target ${target}: two outcomes.`);
    seen.add(key);
  }
}

function classMatrix(successes: readonly ImageOutcome[]): [from: number, to: number, attacks: number][] {
  const byPair = groupBy(successes, ({ label, newLabel }) => `${label} ${newLabel}`);
  return [...byPair.values()]
    .map((own): [number, number, number] => [own[0]!.label, own[0]!.newLabel!, own.length])
    .sort(([a, b], [c, d]) => a - c || b - d);
}

/** Counts by powers of two, from 1 to the first that is not below the largest value. */
function histogram(values: readonly number[]): [most: number, count: number][] {
  const bars: [number, number][] = [];
  let below = 0;
  for (let most = 1; below < values.length; most *= 2) {
    const upTo = values.filter((value) => value <= most).length;
    bars.push([most, upTo - below]);
    below = upTo;
  }
  return bars;
}

function densityMap(successes: readonly ImageOutcome[], { width, height }: LabelSpace): DensityMap {
  const columns = Math.min(width, DENSITY_CELLS);
  const rows = Math.min(height, DENSITY_CELLS);
  const counts = new Array<number>(columns * rows).fill(0);
  for (const { x, y } of successes.flatMap(({ changed }) => changed)) {
    counts[Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)]! += 1;
  }
  return { columns, rows, counts };
}

function targetStatistics(
  correct: readonly (readonly ImageOutcome[])[],
  labels: readonly number[],
): TargetStatistics | null {
  const attacks = correct.flat().filter(({ target }) => target !== null);
  if (attacks.length === 0) return null;
  return {
    reached: share(attacks, isFooled),
    byTarget: labels.map((label) =>
      share(
        attacks.filter(({ target }) => target === label),
        isFooled,
      ),
    ),
    labelsReached: summarise(correct.map((image) => image.filter(isFooled).length)),
  };
}
