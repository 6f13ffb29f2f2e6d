import { ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { OnepixelError } from "../core/errors.ts";
import type { TraceLog } from "../core/oracle/remote/trace.ts";

/**
 * Opens the file of a trace, or makes it. Lines are written at once, so that a process that is killed loses none but the
 * one it was writing; such a last line is cut off.
 * @throws OnepixelError `invalid-option` (field `trace`) if the file cannot be read and written
 */
export function openTraceFile(path: string): TraceLog {
  try {
    const file = openSync(path, "a+", 0o600);
    const bytes = readFileSync(file);
    const end = bytes.lastIndexOf("\n") + 1;
    if (end < bytes.length) ftruncateSync(file, end);
    const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
    return { lines, append: (line) => void writeSync(file, `${line}\n`) };
  } catch (cause) {
    const message = `trace "${path}" cannot be used: ${(cause as Error).message}`;
    throw new OnepixelError("invalid-option", message, { field: "trace", cause });
  }
}
