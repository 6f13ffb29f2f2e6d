import type { ImageOutcome } from "../../src/core/audit/outcome.ts";
import { fc } from "./property.ts";

/** An image that survived, with whatever the test says differently. */
export function outcome(part: Partial<ImageOutcome> & { index: number }): ImageOutcome {
  return {
    label: 0,
    pixels: 1,
    target: null,
    status: "survived",
    newLabel: null,
    probability: null,
    changed: [],
    queries: 100,
    certified: false,
    problem: null,
    ...part,
  };
}

/** An image that one pixel at (x, y) turned into another label. */
export function fooled(index: number, label: number, newLabel: number, part: Partial<ImageOutcome> = {}) {
  return outcome({
    index,
    label,
    newLabel,
    status: "fooled",
    probability: 0.5,
    changed: [{ x: index % 4, y: 0, from: "#000000", to: "#ffffff" }],
    queries: 10,
    ...part,
  });
}

/** Untargeted outcomes of one setting of `pixels`, of a classifier with three labels and 4×4 images. */
export const outcomes: fc.Arbitrary<ImageOutcome[]> = fc
  .array(
    fc.record({
      label: fc.integer({ min: 0, max: 2 }),
      turn: fc.integer({ min: 1, max: 2 }),
      status: fc.constantFrom("fooled", "survived", "misclassified", "failed"),
      queries: fc.integer({ min: 1, max: 40_400 }),
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
      x: fc.integer({ min: 0, max: 3 }),
      y: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 60 },
  )
  .map((drawn) =>
    drawn.map(({ label, turn, status, queries, probability, x, y }, index): ImageOutcome => {
      const newLabel = (label + turn) % 3;
      const changed = [{ x, y, from: "#123456", to: "#ffff00" }];
      switch (status) {
        case "fooled":
          return fooled(index, label, newLabel, { queries, probability, changed });
        case "survived":
          return outcome({ index, label, queries, certified: turn === 1 });
        case "misclassified":
          return outcome({ index, label, status, newLabel, probability, queries: 0 });
        default:
          return outcome({ index, label, status: "failed", queries: 0, problem: "It broke." });
      }
    }),
  );
