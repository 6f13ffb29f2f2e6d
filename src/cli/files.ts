import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "./io.ts";

/** @throws UsageError naming what the file was for */
export function readInput(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UsageError(`${what} "${path}" cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** @throws UsageError naming what the file was for, when it is no JSON */
export function readJson(path: string, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(readInput(path, what)).toString("utf8"));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${what} "${path}" is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Sees that a file's folder is there, before the work that the file is for. @throws UsageError naming the option */
export function requireFolderOf(path: string, option: string): void {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UsageError(`--${option} "${path}" cannot be written: there is no folder "${folder}"`);
}

/** @throws UsageError naming the option */
export function writeOutput(path: string, bytes: Uint8Array | string, option: string): void {
  try {
    writeFileSync(path, bytes);
  } catch (cause) {
    throw new UsageError(`--${option} "${path}" cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** Writes a file into a folder that need not be there yet. @throws UsageError naming the option */
export function writeInto(path: string, bytes: Uint8Array | string, option: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw new UsageError(`--${option} "${path}" cannot be written: ${(cause as Error).message}`, { cause });
  }
  writeOutput(path, bytes, option);
}
