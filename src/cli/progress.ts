import { SingleBar } from "cli-progress";
import type { Context } from "./io.ts";

/** A line that tells how far a command is. */
export interface Progress {
  update(value: number): void;
  /** Takes the line away. */
  stop(): void;
}

const NONE: Progress = { update: () => {}, stop: () => {} };

const rate = (value: number, since: number) => {
  const seconds = (performance.now() - since) / 1000;
  return seconds > 0 ? (value / seconds).toFixed(value / seconds < 10 ? 1 : 0) : "–";
};

/**
 * Draws progress with its rate and, where the total is known, the time left; nothing where standard error is no terminal,
 * and with `--quiet`.
 * @param unit what is counted, in the plural
 * @param total how many there are; null where that is not known
 * @param done how many are done before this begins
 */
export function showProgress(
  { terminal, quiet }: Context,
  name: string,
  unit: string,
  total: number | null,
  done = 0,
): Progress {
  if (terminal === undefined || quiet) return NONE;
  const begin = performance.now();
  const format =
    total === null
      ? `${name}: {value} ${unit}, {rate}/s`
      : `${name} [{bar}] {value}/{total} ${unit}, {rate}/s, {eta_formatted} left`;
  const bar = new SingleBar({
    format,
    stream: terminal,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 100,
    gracefulExit: false,
  });
  bar.start(total ?? Number.MAX_SAFE_INTEGER, done, { rate: "–" });
  return {
    update: (value) => bar.update(value, { rate: rate(Math.max(0, value - done), begin) }),
    stop: () => bar.stop(),
  };
}
