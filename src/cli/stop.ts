/** Ctrl-C was pressed before the command's end. */
export class Stopped extends Error {
  override readonly name = "Stopped";

  constructor() {
    super("stopped");
  }
}

/** Milliseconds that a search has after Ctrl-C to give the best so far; a server that hangs would take longer. */
export const GRACE = 3000;

/**
 * What the work gives, unless Ctrl-C comes first: the work then goes on unheard.
 * @param grace milliseconds that it still has after Ctrl-C, to give what is done
 * @throws Stopped
 */
export function unlessStopped<T>(work: Promise<T>, signal: AbortSignal | undefined, grace = 0): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      timer = setTimeout(() => reject(new Stopped()), grace);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    });
  });
}
