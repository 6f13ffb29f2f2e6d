import fc from "fast-check";

/**
 * The seed of every property test: the environment variable FC_SEED, or 1, so that a run repeats itself.
 * @throws {Error} on anything but a whole number that fits 32 bits with a sign, as fast-check's seeds do
 */
export function seedOf(value: string | undefined): number {
  const seed = value === undefined || value.trim() === "" ? 1 : Number(value);
  if ((seed | 0) !== seed) {
    throw new Error(`FC_SEED must be a whole number from -2147483648 to 2147483647, not "${value}".`);
  }
  return seed;
}

// A property that fails prints this seed and the path to its counterexample.
fc.configureGlobal({ seed: seedOf(process.env.FC_SEED) });

export { fc };
