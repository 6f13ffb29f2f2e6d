import type { AttackSettings } from "../attack/options/settings.ts";
import type { AuditDefinition } from "./definition.ts";
import type { ImageOutcome } from "./outcome.ts";

/**
 * Makes all attacks of an audit on one image, one after the other. An image that is misclassified before
 * the attack has one outcome a row, whatever the targets.
 * @param label the true label's position among the model's labels
 * @param run makes one attack
 */
export async function auditImage(
  { model, rows, targeted }: AuditDefinition,
  label: number,
  run: (settings: AttackSettings) => Promise<ImageOutcome>,
): Promise<ImageOutcome[]> {
  const own = model.labels[label]!;
  const targets = targeted ? model.labels.filter((other) => other !== own) : [null];
  const outcomes: ImageOutcome[] = [];
  for (const { settings } of rows) {
    for (const target of targets) {
      const outcome = await run({ ...settings, label: own, target } as AttackSettings);
      outcomes.push(outcome);
      if (outcome.status === "misclassified") break;
    }
  }
  return outcomes;
}

/** The outcomes of an image whose attacks gave no result: one a row. */
export function failedOutcomes(
  { rows }: AuditDefinition,
  { index, label }: Pick<ImageOutcome, "index" | "label">,
  problem: string,
): ImageOutcome[] {
  return rows.map(({ pixels }) => ({
    index,
    label,
    pixels,
    target: null,
    status: "failed",
    newLabel: null,
    probability: null,
    changed: [],
    queries: 0,
    certified: false,
    problem,
  }));
}
