/** Stores outcomes on disk as they arrive, so that an interrupted audit can continue. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { AuditDefinition } from "../../core/audit/definition.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { UsageError } from "../io.ts";

/** Names an attack: the image, the row, and the label that was aimed at (null for any). */
export type AttackKey = Pick<ImageOutcome, "index" | "pixels" | "target">;

export interface Store {
  /** The day on which the audit was begun, YYYY-MM-DD in UTC. */
  readonly date: string;
  /** How many attacks it holds. */
  readonly count: number;
  get(key: AttackKey): ImageOutcome | undefined;
  add(key: AttackKey, outcome: ImageOutcome): void;
}

interface Begun {
  readonly date: string;
  readonly identity: string;
  readonly model: string;
}

const keyOf = ({ index, pixels, target }: AttackKey) => `${index} ${pixels} ${target}`;

/** Writes a file that is there whole, or not at all. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  writeFileSync(`${file}.part`, content);
  renameSync(`${file}.part`, file);
}

/** The date of the audit in this folder: of today, unless it was begun before. @throws UsageError for another audit */
function begin(folder: string, definition: AuditDefinition, identity: string): string {
  const file = join(folder, "run.json");
  if (existsSync(file)) {
    const begun = parsed(readFileSync(file, "utf8")) as Begun | undefined;
    if (begun?.identity === undefined) {
      throw new UsageError(
        `--out "${folder}": run.json in it is damaged; remove the folder, or name another`,
      );
    }
    if (begun.identity === identity) return begun.date;
    throw new UsageError(
      `--out "${folder}" contains another audit, of ${begun.model}, started on ${begun.date}, with other images, options, model or version of onepixel. Choose another folder`,
    );
  }
  const date = new Date().toISOString().slice(0, 10);
  writeWhole(file, `${JSON.stringify({ date, identity, model: definition.model.id } satisfies Begun)}\n`);
  return date;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The lines of the log. What was cut off when the process ended is taken away, and what was damaged when the machine did
 * counts for nothing: the attack is made again.
 */
function readLog(file: string): (readonly [AttackKey["target"], ImageOutcome])[] {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(10) + 1;
  if (end < bytes.length) truncateSync(file, end);
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  return lines.flatMap((line) => {
    const entry = parsed(line) as readonly [AttackKey["target"], ImageOutcome] | undefined;
    return Array.isArray(entry) ? [entry] : [];
  });
}

/**
 * Opens the folder of an audit, begun or new.
 * @param version everything that decides a figure beside the definition: the versions of onepixel and its kernel
 * @throws UsageError when the folder holds another audit, or cannot be written
 */
export function openStore(folder: string, definition: AuditDefinition, version: readonly string[]): Store {
  const log = join(folder, "outcomes.jsonl");
  const identity = createHash("sha256")
    .update(JSON.stringify([definition, ...version]))
    .digest("hex");
  const usable = <T>(use: () => T): T => {
    try {
      return use();
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      throw new UsageError(`--out "${folder}" cannot be used: ${(cause as Error).message}`, { cause });
    }
  };
  const date = usable(() => {
    mkdirSync(folder, { recursive: true });
    return begin(folder, definition, identity);
  });
  const outcomes = new Map<string, ImageOutcome>();
  for (const [target, outcome] of usable(() => readLog(log)))
    outcomes.set(keyOf({ ...outcome, target }), outcome);
  return {
    date,
    get count() {
      return outcomes.size;
    },
    get: (key) => outcomes.get(keyOf(key)),
    add: (key, outcome) => {
      usable(() => appendFileSync(log, `${JSON.stringify([key.target, outcome])}\n`));
      outcomes.set(keyOf(key), outcome);
    },
  };
}
