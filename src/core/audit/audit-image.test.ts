import { expect, test } from "vitest";
import { outcome } from "../../../test/support/outcomes.ts";
import { auditImage, failedOutcomes } from "./audit-image.ts";
import type { AuditDefinition } from "./definition.ts";
import type { ImageOutcome } from "./outcome.ts";

function definitionOf(targeted: boolean): AuditDefinition {
  const rows = [1, "min"].map((pixels) => ({ pixels, settings: { pixels, seed: 4 } }));
  return { model: { labels: ["cat", "dog", "ship"] }, rows, targeted } as unknown as AuditDefinition;
}

/** All attacks on an image of a dog, in order, and their outcomes. */
async function attacksOf(targeted: boolean, statuses: readonly ImageOutcome["status"][]) {
  const attacks: unknown[] = [];
  const outcomes = await auditImage(definitionOf(targeted), 1, async (settings) => {
    attacks.push(settings);
    return outcome({ index: attacks.length, status: statuses[attacks.length - 1] ?? "survived" });
  });
  return { attacks, order: outcomes.map(({ index }) => index) };
}

const common = { seed: 4, label: "dog" };

test("an untargeted audit makes one attack a row, with the row's settings and the image's own label", async () => {
  expect(await attacksOf(false, [])).toEqual({
    attacks: [
      { ...common, pixels: 1, target: null },
      { ...common, pixels: "min", target: null },
    ],
    order: [1, 2],
  });
});

test("a targeted audit aims at every other label, and an image that is misclassified has one outcome a row", async () => {
  expect(await attacksOf(true, ["fooled", "survived", "misclassified"])).toEqual({
    attacks: [
      { ...common, pixels: 1, target: "cat" },
      { ...common, pixels: 1, target: "ship" },
      { ...common, pixels: "min", target: "cat" },
    ],
    order: [1, 2, 3],
  });
});

test("an image whose attacks gave no answer has a failed outcome for each row, which says why", () => {
  const failed = { index: 7, label: 2, status: "failed", queries: 0, problem: "It broke." } as const;
  expect(failedOutcomes(definitionOf(true), { index: 7, label: 2 }, "It broke.")).toEqual([
    outcome({ ...failed, pixels: 1 }),
    outcome({ ...failed, pixels: "min" }),
  ]);
});
