/**
 * A trace records every prediction of a remote model, so that an interrupted run can continue without
 * repeating queries.
 */
import { OnepixelError } from "../../errors.ts";
import type { OutputFormat, RemoteRow } from "./probabilities.ts";

/** The storage of a trace: one JSON value per line. */
export interface TraceLog {
  /** What an earlier run wrote. */
  readonly lines: readonly string[];
  append(line: string): void;
}

const VERSION = 1;

/** The first line: the model that was queried, without headers. */
interface Head {
  readonly onepixelTrace: typeof VERSION;
  readonly protocol: string;
  readonly url: string;
  /** The SHA-256 of the model's description. */
  readonly model: string;
  readonly output: OutputFormat["output"];
}

/** The digits that identify every float32 value. */
const FLOAT32_DIGITS = 9;

function damaged(line: number, cause?: unknown): OnepixelError {
  const message = `trace has a line ${line} that this version of onepixel cannot read. Choose another file.`;
  return new OnepixelError("invalid-option", message, { field: "trace", cause });
}

function parsed(text: string, line: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw damaged(line, cause);
  }
  throw damaged(line);
}

/** The first line of a trace; null for an empty trace. @throws OnepixelError `invalid-option` */
export function headOf({ lines: [first] }: TraceLog): Head | null {
  if (first === undefined) return null;
  const head = parsed(first, 1);
  if (head.onepixelTrace !== VERSION) throw damaged(1);
  return head as unknown as Head;
}

/** The predictions of a trace, each used once: an image that was queried twice has two. */
export interface Trace {
  take(image: string): RemoteRow | undefined;
  record(image: string, row: RemoteRow): void;
}

/**
 * Opens a trace, or starts it if it is empty.
 * @throws OnepixelError `invalid-option` for a trace of another model, or with other labels, input or output
 */
export function openTrace(log: TraceLog, head: Omit<Head, "onepixelTrace">): Trace {
  const earlier = headOf(log);
  if (earlier === null) log.append(JSON.stringify({ onepixelTrace: VERSION, ...head }));
  else if (earlier.model !== head.model) {
    const message = `trace was recorded for ${earlier.url} (${earlier.protocol}) with a different description. Choose another file, or use the options of that run.`;
    throw new OnepixelError("invalid-option", message, { field: "trace" });
  }
  const known = new Map<string, RemoteRow[]>();
  for (const [at, line] of log.lines.entries()) {
    if (at === 0) continue;
    const { image, probabilities, listed } = parsed(line, at + 1);
    if (typeof image !== "string" || !Array.isArray(probabilities)) throw damaged(at + 1);
    const row = {
      probabilities: Float32Array.from(probabilities),
      listed: Number(listed ?? probabilities.length),
    };
    known.set(image, [...(known.get(image) ?? []), row]);
  }
  return {
    take: (image) => known.get(image)?.shift(),
    record(image, { probabilities, listed }) {
      const digits = Array.from(probabilities, (value) => Number(value.toPrecision(FLOAT32_DIGITS)));
      const partial = listed < digits.length ? { listed } : {};
      log.append(JSON.stringify({ image, probabilities: digits, ...partial }));
    },
  };
}
