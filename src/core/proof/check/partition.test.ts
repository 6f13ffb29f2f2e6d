import { describe, expect, test } from "vitest";
import { pcg32 } from "../../../../test/support/kernel/reference-random.ts";
import type { Box } from "./bounds/bounds.ts";
import { faultOf, halve, isColour } from "./partition.ts";

const whole = { low: [0, 0, 0], high: [255, 255, 255] };

/** Halves the whole again and again, at random. */
function halved(seed: number) {
  const random = pcg32(BigInt(seed), 3n);
  let boxes: Box[] = [whole];
  for (let i = 0; i < 40; i++) {
    const at = random.below(boxes.length);
    const box = boxes[at]!;
    if (isColour(box)) continue;
    const slopes = [random.below(100), random.below(100), random.below(100)];
    boxes = [...boxes.slice(0, at), ...halve(box, slopes), ...boxes.slice(at + 1)];
  }
  return boxes;
}

describe("boxes hold every colour once", () => {
  test.each([1, 2, 3, 4, 5])("when the whole is halved, in any order (%i)", (seed) => {
    const boxes = halved(seed);
    expect(boxes.length).toBeGreaterThan(20);
    expect(faultOf(boxes, 3)).toBeNull();
    expect(faultOf(boxes.toReversed(), 3)).toBeNull();
  });

  test("when they are one for each grey value", () => {
    const boxes = Array.from({ length: 256 }, (_, value) => ({ low: [value], high: [value] }));
    expect(faultOf(boxes, 1)).toBeNull();
  });
});

describe("boxes do not", () => {
  test.each([1, 2, 3])("when one is missing (%i)", (seed) => {
    expect(faultOf(halved(seed).toSpliced(7, 1), 3)).toBe("leave colours out");
  });

  test.each([1, 2, 3])("when one is there twice (%i)", (seed) => {
    const boxes = halved(seed);
    expect(faultOf([...boxes, boxes[3]!], 3)).toMatch("overlap");
  });

  test.each([1, 2, 3])("when one stands in the place of another (%i)", (seed) => {
    const boxes = halved(seed);
    expect(faultOf(boxes.with(0, boxes[1]!), 3)).not.toBeNull();
  });

  test("when an end is before its beginning", () => {
    const boxes = [
      { low: [0], high: [255] },
      { low: [200], high: [100] },
    ];
    expect(faultOf(boxes, 1)).toMatch("overlap");
  });

  test("when there is none", () => expect(faultOf([], 3)).toBe("leave colours out"));

  test("when the plane between two is not in the middle", () => {
    const boxes = [
      { low: [0], high: [100] },
      { low: [101], high: [255] },
    ];
    expect(faultOf(boxes, 1)).toMatch("no order of halves");
  });
});

test("a box is halved where its bound changes most, and where nothing is known, where it is widest", () => {
  expect(halve(whole, [1, -5, 2])).toEqual([
    { low: [0, 0, 0], high: [255, 127, 255] },
    { low: [0, 128, 0], high: [255, 255, 255] },
  ]);
  expect(halve({ low: [4, 0], high: [4, 9] }, [100, 0])[0]).toEqual({ low: [4, 0], high: [4, 4] });
});
