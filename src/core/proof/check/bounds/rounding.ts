/** The unit roundoff of 32-bit floating point. */
const UNIT = 2 ** -24;
/** Roundings that an execution may add to those of a sum: of weights that it folds together, above all. */
const FOLDINGS = 16;

/**
 * How far a sum of products in 32-bit floating point, in any order, with or without fused multiply-add, is at most from
 * the sum in real arithmetic, as a part of the sum of the products' absolute values. It is far more than the same sum
 * loses in the 64 bits of the checker, which it covers too. Copies are exact.
 */
export function gammaOf(products: number): number {
  if (products === 0) return 0;
  const sum = (products + FOLDINGS) * UNIT;
  return sum / (1 - sum);
}

/** What an operation loses at most to underflow. */
export const UNDERFLOW = 2 ** -100;

/** How much of a value an exact step, such as Relu, may lose in the arithmetic of the checker. */
export const SLACK = 2 ** -40;

/** Rounding of a multiplication, as a part of its result: by a slope of 0 or 1 there is none. */
export function lossOf(below: number, above: number): number {
  const isExact = [below, above].every((slope) => slope === 0 || slope === 1);
  return isExact ? 0 : 2 ** -23 * Math.max(Math.abs(below), Math.abs(above));
}

/** Where a sum of sizes is so large that 32-bit floating point might overflow, no bound holds. */
export const LARGEST = 1e30;
