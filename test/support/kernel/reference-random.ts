/**
 * The kernel's generator, written again in plain TypeScript: PCG32 (XSH RR 64/32) as published, and the
 * deviates made from it.
 */
export interface Generator {
  word(): number;
  below(bound: number): number;
  uniform(): number;
  normal(): number;
}

const MASK = (1n << 64n) - 1n;

export function pcg32(seed: bigint, sequence: bigint): Generator {
  const increment = ((sequence << 1n) | 1n) & MASK;
  let state = 0n;

  function word(): number {
    const old = state;
    state = (old * 6364136223846793005n + increment) & MASK;
    const shifted = Number((((old >> 18n) ^ old) >> 27n) & 0xffffffffn);
    const rotation = Number(old >> 59n);
    return ((shifted >>> rotation) | (shifted << (-rotation & 31))) >>> 0;
  }

  function below(bound: number): number {
    const threshold = (2 ** 32 - bound) % bound;
    while (true) {
      const drawn = word();
      if (drawn >= threshold) return drawn % bound;
    }
  }

  function uniform(): number {
    const high = word() >>> 5;
    const low = word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  function normal(): number {
    while (true) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * logarithm(s)) / s);
    }
  }

  word();
  state = (state + seed) & MASK;
  word();
  return { word, below, uniform, normal };
}

/** ln x by ln(m · 2ᵉ) = e · ln 2 + 2 artanh((m − 1) ÷ (m + 1)), with the terms up to f²¹. */
export function logarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) exponent--;
  for (; mantissa >= Math.SQRT2; mantissa /= 2) exponent++;
  const f = (mantissa - 1) / (mantissa + 1);
  let series = 0;
  for (const odd of [21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1]) series = series * (f * f) + 1 / odd;
  return exponent * Math.LN2 + 2 * f * series;
}
