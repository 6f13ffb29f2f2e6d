/** Outcomes on disk, a file a row, so that an evaluation goes on where it stopped. */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AttackSettings } from "../../src/core/attack/options/settings.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";

/** What a store keeps: an outcome of the image with an index. */
interface Indexed {
  readonly index: number;
}

export interface Store<Outcome extends Indexed> {
  get(index: number): Outcome | undefined;
  add(outcome: Outcome): void;
}

/** What outcomes depend on beside the settings: classifier, kernel, and the attack's own code. */
export function identityOf(classifier: Classifier): string[] {
  const files = ["package-lock.json", "build/kernel.wasm", ...globSync("src/core/**/*.ts").sort()];
  const code = createHash("sha256");
  for (const file of files) code.update(readFileSync(file));
  return [classifier.manifest.id, classifier.sha256, code.digest("hex")];
}

/** A line that was cut off when the run was ended says nothing: its image is attacked again. */
function parseLine<Outcome>(line: string): Outcome | null {
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
export function openStore<Outcome extends Indexed>(
  folder: string,
  identity: readonly string[],
  settings: AttackSettings,
): Store<Outcome> {
  mkdirSync(folder, { recursive: true });
  const digest = createHash("sha256")
    .update(JSON.stringify([...identity, settings]))
    .digest("hex");
  const file = join(folder, `${digest.slice(0, 16)}.jsonl`);
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const outcomes = new Map<number, Outcome>();
  for (const line of lines) {
    const outcome = parseLine<Outcome>(line);
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
