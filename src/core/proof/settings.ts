import { OptionError } from "../attack/options/options.ts";
import type { ProofSettings } from "./result.ts";

/** The options of a proof as a caller gives them; each has a default. */
export type ProofInput = { readonly [Name in keyof ProofSettings]?: ProofSettings[Name] | undefined };

/** The allowed range of the numbers, both ends included; `first` and `end` also stop at the image's last pixel. */
export const proofRanges = {
  boxes: { min: 1, max: 1_000_000_000 },
  budget: { min: 1, max: 1_000_000_000 },
} as const;

/** The defaults: enough for a classifier that was trained to be provable, a few minutes on any other. */
const DEFAULTS = { boxes: 100_000, budget: 1_000_000 } as const;

function inRange(field: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new OptionError(field, `must be a whole number from ${min} to ${max}, not ${value}.`);
}

function known(field: "label" | "target", value: string | null | undefined, labels: readonly string[]) {
  if (value == null || labels.includes(value)) return value ?? null;
  const shown = labels.length > 20 ? `${labels.slice(0, 20).join(", ")}, …` : labels.join(", ");
  throw new OptionError(field, `must be one of the classifier's labels (${shown}), not "${value}".`);
}

/**
 * Resolves the options of a proof.
 * @throws OptionError naming the first option that cannot be honoured
 */
export function resolveProof(
  { label, target, boxes, budget, first, end }: ProofInput,
  {
    labels,
    width,
    height,
  }: { readonly labels: readonly string[]; readonly width: number; readonly height: number },
): ProofSettings {
  const area = width * height;
  const from = inRange("first", first ?? 0, 0, area - 1);
  return {
    label: known("label", label, labels),
    target: known("target", target, labels),
    boxes: inRange("boxes", boxes ?? DEFAULTS.boxes, proofRanges.boxes.min, proofRanges.boxes.max),
    budget: inRange("budget", budget ?? DEFAULTS.budget, proofRanges.budget.min, proofRanges.budget.max),
    first: from,
    end: inRange("end", end ?? area, from + 1, area),
  };
}
