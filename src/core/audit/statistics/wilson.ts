/** The 97.5th percentile of the standard normal distribution, which a two-sided 95 % interval takes. */
const Z = 1.959963984540054;

/** A counted share with its 95 % interval. All three shares are in 0…1. */
export interface Proportion {
  readonly count: number;
  /** Of how many. */
  readonly n: number;
  /** count / n; null when n is 0. */
  readonly rate: number | null;
  readonly low: number;
  readonly high: number;
}

/**
 * A share with its 95 % Wilson score interval, without continuity correction: the shares p at which
 * a count like this one lies within z standard errors, z √(p (1 − p) / n), of its expectation.
 * For n = 0 the interval is 0…1.
 *
 * Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
 * Journal of the American Statistical Association 22 (1927), 209–212.
 * @throws RangeError unless count and n are whole numbers with 0 ≤ count ≤ n.
 */
export function proportion(count: number, n: number): Proportion {
  if (!Number.isInteger(count) || !Number.isInteger(n) || count < 0 || count > n) {
    throw new RangeError(`A proportion needs whole numbers 0 ≤ count ≤ n, not ${count} of ${n}.`);
  }
  if (n === 0) return { count, n, rate: null, low: 0, high: 1 };
  const rate = count / n;
  const squared = (Z * Z) / n;
  const centre = (rate + squared / 2) / (1 + squared);
  const margin = (Z / (1 + squared)) * Math.sqrt((rate * (1 - rate)) / n + squared / (4 * n));
  // At the ends the formula is exactly 0 or 1, which rounding would miss by one last bit.
  return {
    count,
    n,
    rate,
    low: count === 0 ? 0 : Math.max(0, centre - margin),
    high: count === n ? 1 : Math.min(1, centre + margin),
  };
}
