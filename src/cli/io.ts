/** Where a command writes to, and how it ends; tests pass their own. */
export interface Io {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly error: (text: string) => void;
  /** Standard error, where progress is drawn; undefined where it is no terminal. */
  readonly terminal?: NodeJS.WriteStream | undefined;
  /** Aborted by Ctrl-C: a command then ends with what is done. */
  readonly signal?: AbortSignal | undefined;
}

/** 0 all holds, 1 a threshold is broken, 2 what the user can correct, 3 it failed or was stopped. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What a command gets. */
export interface Context extends Io {
  /** The version of onepixel. */
  readonly version: string;
  /** The exit code of a command that ran. */
  exitCode: ExitCode;
}

/** A command line that cannot be run. The message names the option. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `maxPixels` as `max-pixels`. */
export const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
