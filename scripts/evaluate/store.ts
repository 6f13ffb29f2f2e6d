/** Outcomes on disk, a file a row, so that an evaluation goes on where it stopped. */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AttackSettings } from "../../src/core/attack/options/settings.ts";
import type { ImageOutcome } from "../../src/core/audit/outcome.ts";

export interface Store {
  get(index: number): ImageOutcome | undefined;
  add(outcome: ImageOutcome): void;
}

/** A line that was cut off when the run was ended says nothing: its image is attacked again. */
function parseLine(line: string): ImageOutcome | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/**
 * The outcomes of one row. Another classifier, kernel or setting is another file.
 * @param identity what the outcomes depend on beside the settings
 */
export function openStore(folder: string, identity: readonly string[], settings: AttackSettings): Store {
  mkdirSync(folder, { recursive: true });
  const digest = createHash("sha256")
    .update(JSON.stringify([...identity, settings]))
    .digest("hex");
  const file = join(folder, `${digest.slice(0, 16)}.jsonl`);
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const outcomes = new Map<number, ImageOutcome>();
  for (const line of lines) {
    const outcome = parseLine(line);
    if (outcome) outcomes.set(outcome.index, outcome);
  }
  if (lines.at(-1)) appendFileSync(file, "\n");
  return {
    get: (index) => outcomes.get(index),
    add: (outcome) => {
      outcomes.set(outcome.index, outcome);
      appendFileSync(file, `${JSON.stringify(outcome)}\n`);
    },
  };
}
