// A logarithm that uses only + − × ÷, which IEEE 754 rounds correctly, so it gives the same bits everywhere.

const LN2: f64 = 0.6931471805599453;
const SQRT_HALF: f64 = 0.7071067811865476;
const SQRT_TWO: f64 = 1.4142135623730951;

/**
 * ln x for finite x > 0, relative error below 2⁻⁵⁰. With x = m · 2ᵉ and m in [√½, √2),
 * ln x = e · ln 2 + 2 artanh f, f = (m − 1) ÷ (m + 1), |f| < 0.172; the series for artanh is cut after
 * f²¹, where what is left is below 2⁻⁵⁸ of the sum.
 */
export function naturalLogarithm(x: f64): f64 {
  let exponent: f64 = 0.0;
  while (x < SQRT_HALF) {
    x *= 2.0;
    exponent -= 1.0;
  }
  while (x >= SQRT_TWO) {
    x *= 0.5;
    exponent += 1.0;
  }
  const f = (x - 1.0) / (x + 1.0);
  const square = f * f;
  let sum: f64 = 0.0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * square + 1.0 / <f64>n;
  return exponent * LN2 + 2.0 * f * sum;
}
