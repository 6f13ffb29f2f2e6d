/**
 * exp and ln that use only + − × ÷, which IEEE 754 rounds correctly, so they give the same bits in every
 * engine. ECMAScript does not specify the last digits of Math.exp and Math.log.
 */

/**
 * ln 2 in two parts, from fdlibm's e_exp.c (Sun Microsystems, 1993). The first has 32 significant bits, so that its product
 * with a whole number below 2²¹ is exact; with the second, ln 2 is exact to 2⁻⁸⁶.
 */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** Above this, exp is more than the largest number; below the other, less than half the smallest. */
const OVERFLOW = 709.782712893384;
const UNDERFLOW = -745.1332191019412;
const TWO_TO_32 = 4294967296;

/** 1 ÷ n! for n = 0…13. */
const inverseFactorials: readonly number[] = Array.from({ length: 14 }, (_, n) => {
  let factorial = 1;
  for (let factor = 2; factor <= n; factor++) factorial *= factor;
  return 1 / factorial;
});

/** value × 2^exponent; rounded only where the result is subnormal, there to within 2⁻¹⁰⁷⁴. */
function scaled(value: number, exponent: number): number {
  let left = exponent;
  for (; left % 32 > 0; left--) value *= 2;
  for (; left % 32 < 0; left++) value /= 2;
  for (; left > 0; left -= 32) value *= TWO_TO_32;
  for (; left < 0; left += 32) value /= TWO_TO_32;
  return value;
}

/**
 * e^x, relative error below 2⁻⁵² (below 2⁻¹⁰²², where numbers are subnormal, an error below 2⁻¹⁰⁷⁴). exp(0) is 1.
 *
 * With k the whole number nearest to x ÷ ln 2, e^x = 2^k · e^r, r = x − k · ln 2, |r| ≤ 0.3466 (Cody and Waite, Software
 * Manual for the Elementary Functions, 1980). e^r is its Taylor polynomial of degree 13: the rest is below 2⁻⁵⁷ of the sum.
 */
export function exp(x: number): number {
  if (Number.isNaN(x) || x > OVERFLOW) return x * Number.POSITIVE_INFINITY;
  if (x < UNDERFLOW) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 0;
  for (let n = 13; n >= 0; n--) sum = sum * r + inverseFactorials[n]!;
  return scaled(sum, k);
}

/**
 * ln x, relative error below 2⁻⁵⁰; −∞ for 0, NaN below. ln(1) is 0.
 *
 * With x = m · 2^e and m in [√½, √2), ln x = e · ln 2 + 2 artanh f, f = (m − 1) ÷ (m + 1), |f| < 0.172; the series for artanh
 * is cut after f²¹, where what is left is below 2⁻⁵⁸ of the sum. The kernel computes its logarithms in the same way
 * (assembly/logarithm.ts).
 */
export function ln(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) {
    if (x === 0) return Number.NEGATIVE_INFINITY;
    return x > 0 ? x : Number.NaN;
  }
  let m = x;
  let exponent = 0;
  for (; m < 1 / TWO_TO_32; exponent -= 32) m *= TWO_TO_32;
  for (; m >= TWO_TO_32; exponent += 32) m /= TWO_TO_32;
  for (; m < Math.SQRT1_2; exponent--) m *= 2;
  for (; m >= Math.SQRT2; exponent++) m /= 2;
  const f = (m - 1) / (m + 1);
  const square = f * f;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * f * sum);
}
