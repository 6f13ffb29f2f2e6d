/** The rules that a report must follow to be shown on a badge (docs/protocol.md). */
import { ranges, resolveOptions } from "../attack/options/options.ts";
import type { AuditDefinition, AuditRow } from "./definition.ts";
import type { AuditReport } from "./report.ts";

/** The fewest images that are classified correctly, and so attacked, in each row. */
export const FEWEST_IMAGES = 100;

/** A violation of the protocol. */
export interface Fault {
  /** The option that decides it. */
  readonly field: string;
  /** A sentence: what is required, and what was found. */
  readonly sentence: string;
}

/** The violations of the protocol that are known before an audit starts. */
export function definitionFaults(definition: AuditDefinition): Fault[] {
  const { images, targeted, rows } = definition;
  const faults: Fault[] = [];
  const require = (holds: boolean, field: string, sentence: string) => {
    if (!holds) faults.push({ field, sentence });
  };
  if (images.seed === undefined) {
    require(false, "images", "images must be those of an evaluation set, so that anybody can repeat the audit.");
  } else {
    const first =
      "images must be the first ones of the evaluation set, without a seed, so that they are not hand-picked.";
    require(images.seed === null, "images", first);
    const few = `images must have a count of at least ${FEWEST_IMAGES}, not ${images.count}.`;
    require(images.count >= FEWEST_IMAGES, "images", few);
  }
  require(!targeted, "targeted", "targeted must be false: a badge shows how often any wrong label was reached.");
  for (const row of rows) faults.push(...settingsFaults(row, definition));
  return faults.filter(({ sentence }, at) => faults.findIndex((one) => one.sentence === sentence) === at);
}

/** Every option of a row's attacks must have its default, except that the budget may be larger. */
function settingsFaults({ pixels, settings }: AuditRow, { model }: AuditDefinition): Fault[] {
  const bounds = { ...model, channels: 3, maxBudget: ranges.budget.max } as const;
  const { label: _, target: __, budget, ...wanted } = resolveOptions({ pixels }, bounds);
  const faults = Object.entries(wanted).flatMap(([field, value]): Fault[] => {
    const found = (settings as Readonly<Record<string, unknown>>)[field];
    if (found === value) return [];
    return [{ field, sentence: `${field} must be ${value}, the default, not ${found}.` }];
  });
  if (settings.budget >= budget) return faults;
  const sentence = `budget must be at least ${budget}, the default, not ${settings.budget}.`;
  return [...faults, { field: "budget", sentence }];
}

/** The violations of the protocol in a finished report. */
export function reportFaults(report: AuditReport): Fault[] {
  const faults = definitionFaults(report);
  for (const { pixels, statistics } of report.rows) {
    const { images, failed, fooled } = statistics;
    const row = `in the row pixels=${pixels}`;
    if (failed > 0 || images + failed !== report.images.count) {
      const missing = report.images.count - images;
      const sentence = `all images must be attacked, but ${missing} of ${report.images.count} were not ${row}.`;
      faults.push({ field: "images", sentence });
    }
    if (fooled.n < FEWEST_IMAGES) {
      const sentence = `at least ${FEWEST_IMAGES} images must be classified correctly, not ${fooled.n} ${row}.`;
      faults.push({ field: "images", sentence });
    }
  }
  return faults;
}

/** Faults in one text. */
export const describeFaults = (faults: readonly Fault[]): string =>
  faults.map(({ sentence }) => sentence[0]!.toUpperCase() + sentence.slice(1)).join(" ");
