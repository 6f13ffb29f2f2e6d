import type { Box } from "./bounds/bounds.ts";

/** What is wrong with boxes that should hold every colour once. */
export type Fault = "leave colours out" | "overlap or stand in no order of halves";

function halves({ low, high }: Box, axis: number): readonly [Box, Box] {
  const middle = Math.floor((low[axis]! + high[axis]!) / 2);
  return [
    { low, high: high.map((last, i) => (i === axis ? middle : last)) },
    { low: low.map((first, i) => (i === axis ? middle + 1 : first)), high },
  ];
}

function isSame(a: Box, b: Box): boolean {
  return a.low.every((first, i) => first === b.low[i]) && a.high.every((last, i) => last === b.high[i]);
}

function volume({ low, high }: Box): number {
  return low.reduce((product, first, i) => product * (high[i]! - first + 1), 1);
}

/** Whether a region is halved again and again until every part is one of the boxes; each box lies within the region. */
function isHalved(region: Box, boxes: readonly Box[]): boolean {
  const [first] = boxes;
  if (first === undefined) return false;
  if (boxes.length === 1) return isSame(region, first);
  for (const [axis, low] of region.low.entries()) {
    if (low === region.high[axis]) continue;
    const [lower, upper] = halves(region, axis);
    const middle = lower.high[axis]!;
    const below = boxes.filter((box) => box.high[axis]! <= middle);
    const above = boxes.filter((box) => box.low[axis]! > middle);
    // The first plane that cuts no box will do: where another would too, the boxes are halved along both.
    if (below.length + above.length === boxes.length) return isHalved(lower, below) && isHalved(upper, above);
  }
  return false;
}

/**
 * What keeps boxes from holding every colour of a pixel exactly once; null if they do.
 * @param channels of a colour, each from 0 to 255
 */
export function faultOf(boxes: readonly Box[], channels: number): Fault | null {
  const all = { low: new Array<number>(channels).fill(0), high: new Array<number>(channels).fill(255) };
  if (boxes.some(({ low, high }) => low.some((first, i) => first > high[i]!))) {
    return "overlap or stand in no order of halves";
  }
  if (boxes.reduce((sum, box) => sum + volume(box), 0) < volume(all)) return "leave colours out";
  return isHalved(all, boxes) ? null : "overlap or stand in no order of halves";
}

/** Halves a box across the axis in which a bound changes most; the widest of equal ones. */
export function halve(box: Box, slopes: readonly number[]): readonly [Box, Box] {
  const widths = box.low.map((first, axis) => box.high[axis]! - first);
  const changes = widths.map((width, axis) =>
    width === 0 ? -1 : Math.abs(slopes[axis] ?? 0) + width * 1e-9,
  );
  return halves(box, changes.indexOf(Math.max(...changes)));
}

/** Whether a box has one colour alone. */
export function isColour({ low, high }: Box): boolean {
  return low.every((first, axis) => first === high[axis]);
}

/** The colours of a box of grey values. */
export function valuesIn({ low, high }: Box): number[][] {
  return Array.from({ length: high[0]! - low[0]! + 1 }, (_, i) => [low[0]! + i]);
}
