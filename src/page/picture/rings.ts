import type { ChangedPixel } from "../../api/types.ts";

export type Place = Pick<ChangedPixel, "x" | "y">;

/** The most pixels with large rings. */
export const FEW = 32;

/**
 * The radius of a ring around a changed pixel, in pixels of the picture; null for so many that they would hide it: they would
 * cover more than half of it.
 * @param count of changed pixels
 */
export function ringRadius(width: number, height: number, count: number): number | null {
  const radius = Math.max(1.3, width / (count <= FEW ? 22 : 80));
  return count * Math.PI * radius ** 2 <= (width * height) / 2 ? radius : null;
}

/** On which side of each ring its coordinates stand, so that they stay in the picture and apart. */
export function sidesOf(ringed: readonly Place[], width: number): ("left" | "right")[] {
  const sides: ("left" | "right")[] = [];
  for (const [index, { x, y }] of ringed.entries()) {
    const isClash = (side: "left" | "right") =>
      ringed
        .slice(0, index)
        .some(
          (other, at) =>
            sides[at] === side && Math.abs(other.y - y) * 20 < width && Math.abs(other.x - x) * 4 < width,
        );
    const [first, second] = x > width * 0.75 ? (["left", "right"] as const) : (["right", "left"] as const);
    sides.push(isClash(first) && x > width * 0.25 && x < width * 0.75 ? second : first);
  }
  return sides;
}
