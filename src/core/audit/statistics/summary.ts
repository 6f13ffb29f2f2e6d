/** A summary of a list of numbers. */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  readonly median: number;
  /** The 90th percentile. */
  readonly percentile90: number;
  readonly smallest: number;
  readonly largest: number;
}

/**
 * The quantile of ascending numbers, by linear interpolation between the two nearest: position
 * (n − 1) × share, counted from 0. Definition 7 of R. J. Hyndman and Y. Fan, "Sample Quantiles in
 * Statistical Packages", The American Statistician 50 (1996), 361–365; what NumPy and R do by default.
 * @param share 0…1.
 * @throws RangeError when there are no numbers.
 */
export function quantile(ascending: readonly number[], share: number): number {
  const position = (ascending.length - 1) * share;
  const below = Math.floor(position);
  const lower = ascending[below];
  if (lower === undefined) throw new RangeError("A quantile of no numbers is not defined.");
  const upper = ascending[below + 1] ?? lower;
  return lower + (upper - lower) * (position - below);
}

/**
 * Mean, median, 90th percentile and range; null of no numbers. The sum is taken in ascending order,
 * so the same numbers in any order give the same bits.
 */
export function summarise(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  const ascending = values.toSorted((a, b) => a - b);
  let sum = 0;
  for (const value of ascending) sum += value;
  return {
    n: ascending.length,
    mean: sum / ascending.length,
    median: quantile(ascending, 0.5),
    percentile90: quantile(ascending, 0.9),
    smallest: ascending[0]!,
    largest: ascending.at(-1)!,
  };
}
