/** All attacks of an audit, several at once, each kept as it ends. */
import { auditImage, failedOutcomes } from "../../core/audit/audit-image.ts";
import type { AuditDefinition } from "../../core/audit/definition.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { OnepixelError } from "../../core/errors.ts";
import { UsageError } from "../io.ts";
import { type AuditItem, type DataSet, describeItem } from "./data-set.ts";
import { InputFault, type Pool } from "./pool.ts";
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

/** Ctrl-C was pressed before the audit's end. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

const isRemoteFault = (error: unknown) => error instanceof OnepixelError && error.code.startsWith("remote-");

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
      const outcome = await pool.run({ index, source, settings });
      store.add(key, outcome);
      return outcome;
    });
  } catch (error) {
    // A server that does not answer fails every attack: the audit ends, and goes on when it is there again.
    if (error instanceof Stopped || isRemoteFault(error)) throw error;
    const { message } = error as Error;
    if (error instanceof InputFault)
      throw new UsageError(`${describeItem(item, definition)}: ${message}`, { cause: error });
    return failedOutcomes(definition, item, message);
  }
}

/**
 * Makes the attacks that the store does not hold.
 * @returns every outcome, in the order of the images
 * @throws Stopped after Ctrl-C, when the attacks that ran have ended and are kept
 * @throws UsageError for an image that cannot be read
 */
export async function attackAll(run: Run): Promise<ImageOutcome[]> {
  const { items } = run.set;
  const outcomes: ImageOutcome[][] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) {
      outcomes[at] = await attackItem(run, items[at]!);
      run.onImage(++done);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: run.pool.size }, work));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
  return outcomes.flat();
}
