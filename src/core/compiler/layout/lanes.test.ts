import { describe, expect, test } from "vitest";
import { isOwn, lanesOf, oneLane } from "./lanes.ts";
import type { Touched } from "./touched.ts";

const KIBIBYTE = 2 ** 10;

/** Layers that each read the one before: the image, then what has these weights in KiB and these positions. */
function chain(
  record: number,
  ...layers: readonly (readonly [weights: number, positions: number])[]
): Touched[] {
  return [[0, 1024] as const, ...layers].map(([weights, positions], i) => ({
    tensor: i * 80,
    record,
    positions,
    onePixel: positions,
    first: i,
    last: i + 1,
    weights: weights * KIBIBYTE,
    table: positions,
  }));
}

const lanesFor = (touched: readonly Touched[]) =>
  lanesOf(
    touched,
    touched.map(({ positions }) => positions),
  );

describe("the lanes of a plan", () => {
  test("are one where no step reads 32 KiB of weights for a position", () => {
    expect(lanesFor(chain(64, [31, 1], [4 * 32 - 1, 4], [16, 64]))).toEqual({ count: 1, first: 4 });
  });

  test("are as many as an attack asks for, from the first step on that is bound by its weights", () => {
    expect(lanesFor(chain(64, [16, 16], [4 * 32, 4], [1, 4], [512, 1]))).toEqual({ count: 16, first: 2 });
  });

  test("are fewer where they would take more than 64 KiB, and more than a sixteenth of the weights", () => {
    expect(lanesFor(chain(256, [0, 4], [32 * 100, 100]))).toEqual({ count: 8, first: 2 });
    expect(lanesFor(chain(256, [0, 4], [96 * 100, 100]))).toEqual({ count: 16, first: 2 });
    expect(lanesFor(chain(1024, [0, 4], [32, 1]))).toEqual({ count: 8, first: 2 });
  });

  test("begin later where an earlier step would leave room for few", () => {
    const early = [32 * 100, 100] as const;
    expect(lanesFor(chain(2048, [0, 4], early))).toEqual({ count: 1, first: 3 });
    expect(lanesFor(chain(2048, [0, 4], early, [0, 1], [3000, 1]))).toEqual({ count: 2, first: 2 });
    expect(lanesFor(chain(2048, [0, 4], early, [0, 1], [4000, 1]))).toEqual({ count: 16, first: 4 });
  });

  test("own what joint steps read or make, and share what is needed only before", () => {
    const touched = chain(64, [16, 16], [512, 1], [1, 1]);
    const lanes = lanesFor(touched);
    expect(lanes.first).toBe(2);
    expect(touched.map((each) => isOwn(each, touched, lanes))).toEqual([false, true, true, true]);
    expect(touched.map((each) => isOwn(each, touched, oneLane(touched)))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
