/** Where a command writes to, and how it ends; tests pass their own. */
export interface Io {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly error: (text: string) => void;
  /** Standard error, where progress is drawn; undefined where it is no terminal. */
  readonly terminal?: NodeJS.WriteStream | undefined;
  /** Whether standard output shows colours. */
  readonly colours?: boolean | undefined;
  /** Aborted by Ctrl-C: a command then ends with what is done. */
  readonly signal?: AbortSignal | undefined;
}

/** 0 success, 1 a threshold is exceeded, 2 invalid input, 3 failed or stopped. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What a command gets. */
export interface Context extends Io {
  /** Whether nothing is wanted but errors and what `--json` or `--markdown` prints. */
  quiet: boolean;
  /** The version of onepixel. */
  readonly version: string;
  /** The exit code of a command that ran. */
  exitCode: ExitCode;
}

/** A command line that cannot be run. The message names the option. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Prints what nobody asked for by `--json` or `--markdown`: nothing with `--quiet`. */
export const say = ({ out, quiet }: Context, text: string) => quiet || out(text);

/** Says something beside the result on standard error: nothing with `--quiet`. */
export const note = ({ error, quiet }: Context, text: string) => quiet || error(`${text}\n`);

const COLOURS = { red: 31, green: 32, yellow: 33 } as const;

/** A text in a colour, where colours are shown. */
export const paint = ({ colours }: Io, colour: keyof typeof COLOURS, text: string) =>
  colours ? `\u001B[${COLOURS[colour]}m${text}\u001B[39m` : text;

/** `maxPixels` as `max-pixels`. */
export const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
