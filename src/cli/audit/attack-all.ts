/** All attacks of an audit, several at once, each kept as it ends. */
import { auditImage, failedOutcomes } from "../../core/audit/audit-image.ts";
import type { AuditDefinition } from "../../core/audit/definition.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { OnepixelError } from "../../core/errors.ts";
import { UsageError } from "../io.ts";
import { Stopped, unlessStopped } from "../stop.ts";
import { type AuditItem, type DataSet, describeItem } from "./data-set.ts";
import { InputFault, type Pool, ThreadFault } from "./pool.ts";
import type { Store } from "./store.ts";

/** What an audit needs while it runs. */
export interface Run {
  readonly definition: AuditDefinition;
  readonly set: DataSet;
  readonly store: Store;
  readonly pool: Pool;
  readonly signal: AbortSignal | undefined;
  /** Called whenever an image is done. */
  readonly onImage: (done: number) => void;
}

/** Whether every other attack would fail too: the audit then ends, and goes on when the reason is gone. */
const endsAll = (error: unknown) =>
  error instanceof Stopped ||
  error instanceof ThreadFault ||
  error instanceof UsageError ||
  (error instanceof OnepixelError && error.code.startsWith("remote-"));

async function attackItem(
  { definition, store, pool, signal }: Run,
  item: AuditItem,
): Promise<ImageOutcome[]> {
  const { index, label, source } = item;
  const { labels } = definition.model;
  try {
    return await auditImage(definition, label, async (settings) => {
      const target = settings.target === null ? null : labels.indexOf(settings.target);
      const key = { index, pixels: settings.pixels, target };
      const known = store.get(key);
      if (known) return known;
      if (signal?.aborted) throw new Stopped();
      const outcome = await unlessStopped(pool.run({ index, source, settings }), signal);
      store.add(key, outcome);
      return outcome;
    });
  } catch (error) {
    if (endsAll(error)) throw error;
    const { message } = error as Error;
    if (error instanceof InputFault)
      throw new UsageError(`${describeItem(item, definition)}: ${message}`, { cause: error });
    return failedOutcomes(definition, item, message);
  }
}

/**
 * Runs the attacks that are not in the store.
 * @returns every outcome, in the order of the images
 * @throws Stopped after Ctrl-C; what had ended is kept
 * @throws UsageError for an image that cannot be read
 */
export async function attackAll(run: Run): Promise<ImageOutcome[]> {
  const { items } = run.set;
  const outcomes: ImageOutcome[][] = [];
  const fault = new AbortController();
  const signal = run.signal ? AbortSignal.any([run.signal, fault.signal]) : fault.signal;
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) {
      outcomes[at] = await attackItem({ ...run, signal }, items[at]!);
      run.onImage(++done);
    }
  };
  // What ends one of them ends all: the reason is told now, and not when all other images are done.
  const stopOthers = (error: unknown) => fault.abort(error);
  await Promise.all(Array.from({ length: run.pool.size }, () => work().catch(stopOthers)));
  if (fault.signal.aborted) throw fault.signal.reason;
  return outcomes.flat();
}
