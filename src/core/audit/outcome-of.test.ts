import { describe, expect, test } from "vitest";
import type { AttackResult } from "../attack/result.ts";
import { outcomeOf } from "./outcome-of.ts";

const labels = ["cat", "dog", "ship"];
const changed = [{ x: 3, y: 1, from: "#102030", to: "#ffffff" }];

/** An image of a dog that one pixel turned into a ship. */
function resultOf(part: Partial<AttackResult>): AttackResult {
  const answer = (label: string, probability: number) => ({ label, probability, probabilities: [] });
  return {
    status: "fooled",
    label: "dog",
    target: null,
    before: answer("dog", 0.9),
    after: answer("ship", 0.6),
    pixels: changed,
    png: new Uint8Array(),
    cost: { queries: 17, generations: 1, budget: 100 },
    settings: { pixels: 1 } as AttackResult["settings"],
    search: "corners",
    stopped: "success",
    certificate: null,
    engine: "incremental",
    verified: true,
    ...part,
  };
}

describe("the record of an attack", () => {
  test("names labels by their positions", () => {
    expect(outcomeOf(resultOf({}), 42, labels)).toEqual({
      index: 42,
      label: 1,
      pixels: 1,
      target: null,
      status: "fooled",
      newLabel: 2,
      probability: 0.6,
      changed,
      queries: 17,
      certified: false,
      problem: null,
    });
    expect(outcomeOf(resultOf({ target: "ship" }), 0, labels).target).toBe(2);
  });

  test("of an image that survived has no new label, and none of the pixels that were tried", () => {
    const outcome = outcomeOf(resultOf({ status: "survived", target: "cat" }), 0, labels);
    expect(outcome).toMatchObject({ status: "survived", target: 0, newLabel: null, probability: null });
    expect(outcome.changed).toEqual([]);
  });

  test("of a misclassified image has the wrong label, and no target whatever was asked", () => {
    const outcome = outcomeOf(resultOf({ status: "misclassified", target: "cat" }), 0, labels);
    expect(outcome).toMatchObject({ target: null, newLabel: 2, probability: 0.6, changed: [] });
  });

  test.for([
    [null, false],
    [{ corners: 512, fooling: 0 }, true],
    [{ corners: 512, fooling: 1 }, false],
  ] as const)(
    "is certified only by a certificate without a fooling corner: %o",
    ([certificate, certified]) => {
      const survived = resultOf({ status: "survived", certificate });
      expect(outcomeOf(survived, 0, labels).certified).toBe(certified);
    },
  );
});
