import { naturalLogarithm } from "./logarithm";

// The only source of randomness: PCG32 (M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient
// Statistically Good Algorithms for Random Number Generation", 2014), the XSH RR 64/32 generator with
// the published seeding. Everything else uses only + − × ÷ and square root, which IEEE 754 rounds
// correctly, so another implementation can reproduce every bit.

const MULTIPLIER: u64 = 6364136223846793005;

let state: u64 = 0;
let increment: u64 = 0;

/** Seeds the generator as the published `pcg32_srandom` does. */
export function seedRandom(seed: u64, sequence: u64): void {
  state = 0;
  increment = (sequence << 1) | 1;
  randomWord();
  state += seed;
  randomWord();
}

/** The next 32 bits. */
export function randomWord(): u32 {
  const old = state;
  state = old * MULTIPLIER + increment;
  return rotr<u32>(<u32>(((old >> 18) ^ old) >> 27), <u32>(old >> 59));
}

/** A whole number in [0, bound), each equally likely: the published `pcg32_boundedrand`. */
export function randomBelow(bound: u32): u32 {
  const threshold: u32 = (0 - bound) % bound;
  let word = randomWord();
  while (word < threshold) word = randomWord();
  return word % bound;
}

/** A number in [0, 1) with 53 random bits: 27 of one word, 26 of the next. */
export function randomUniform(): f64 {
  const high = <f64>(randomWord() >> 5);
  const low = <f64>(randomWord() >> 6);
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

/**
 * A normal deviate with mean 0 and deviation 1, by Marsaglia's polar method. The method's second deviate is
 * discarded, so the generator has no state other than PCG's.
 */
export function randomNormal(): f64 {
  while (true) {
    const u = 2.0 * randomUniform() - 1.0;
    const v = 2.0 * randomUniform() - 1.0;
    const s = u * u + v * v;
    if (s > 0.0 && s < 1.0) return u * Math.sqrt((-2.0 * naturalLogarithm(s)) / s);
  }
}
