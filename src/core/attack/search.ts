import { type Candidates, encodedAt } from "../kernel/candidates.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ConfirmingOracle } from "../oracle/confirming.ts";
import type { Returned } from "../oracle/round-trip.ts";
import type { MapBlock } from "./map/result.ts";
import { endsSearch, type Goal, isFooled, lossOf, type SearchRule } from "./objectives.ts";
import type { Stopped } from "./stopped.ts";

/** Candidates asked for at once: few enough that little work is wasted after a success. */
const CHUNK = 16;

/** Near ties that end a slice: onnxruntime takes about a slice's time to decide them. */
const TIES_A_SLICE = 3;

/** A copy of a queried candidate. */
export interface Queried {
  /** The encoded pixels of the candidate, see `Candidates`. */
  readonly encoded: Uint32Array;
  readonly probabilities: Float32Array;
  readonly loss: number;
  /** The image that is returned for it; set once it is confirmed. */
  readonly returned?: Returned;
}

/** A candidate with the image that is returned for it. */
export type Confirmed = Queried & { readonly returned: Returned };

/** What proposes candidates, see `Kernel`. */
export type Proposer = Pick<Kernel, "begin" | "ask" | "tell" | "generation" | "ending" | "signalled">;

export interface Progress {
  readonly queries: number;
  readonly generation: number;
  readonly goal: Goal;
  /** The candidate with the lowest loss so far. */
  readonly best: Queried;
  /** Of a sampled map: the blocks that are new or changed since the progress before. */
  readonly blocks?: readonly MapBlock[];
}

export interface SearchOptions {
  /** Holds the search to run. */
  readonly kernel: Proposer;
  readonly oracle: ConfirmingOracle;
  /** Queries between two pauses, at least 1. During a pause, progress is sent and an abort takes effect. */
  readonly slice: number;
  readonly goal: Goal;
  readonly rule: SearchRule;
  readonly seed: number;
  /** Continue after a success, to count every fooling candidate. */
  readonly exhaustive: boolean;
  /** Called with every queried candidate and its probabilities: views, valid during the call only. */
  readonly onQueried?: ((encoded: Uint32Array, row: Float32Array) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void | Promise<void>) | undefined;
  /** Yields to the event loop. */
  readonly pause?: (() => Promise<void>) | undefined;
}

export interface SearchOutcome {
  /** The success that ended the search, confirmed; else the one with the lowest loss; null if none was found. */
  readonly fooled: Queried | null;
  /** The candidate with the lowest loss of all. */
  readonly best: Queried | null;
  /** Candidates queried, up to and including the one that ended the search. */
  readonly queries: number;
  readonly generations: number;
  /** How many of the queried candidates fooled the classifier. */
  readonly fooling: number;
  readonly stopped: Stopped;
}

function keep(candidates: Candidates, index: number, row: Float32Array, loss: number): Queried {
  return { encoded: encodedAt(candidates, index).slice(), probabilities: row.slice(), loss };
}

/**
 * Makes the image that is returned for a success, unless it is there already.
 * @returns null if onnxruntime finds that the image does not reach the goal
 */
export async function confirm(
  oracle: ConfirmingOracle,
  success: Queried,
  goal: Goal,
): Promise<Confirmed | null> {
  const returned = success.returned ?? (await oracle.confirm(success.encoded));
  return isFooled(returned.probabilities, goal) ? { ...success, returned } : null;
}

/**
 * The loop: `ask` proposes, the oracle classifies, `tell` accepts. Success is tested on every candidate
 * in the order in which it was proposed, so that the outcome does not depend on the chunk. One that would end the search
 * does so only if the image that would be returned does, by onnxruntime.
 */
export async function search(options: SearchOptions): Promise<SearchOutcome> {
  const { kernel, oracle, slice, goal, signal } = options;
  const { objective, stop } = options.rule;
  const chunk = Math.min(CHUNK, slice);
  let fooled: Queried | null = null;
  let best: Queried | null = null;
  let queries = 0;
  let fooling = 0;
  let generations = 0;
  let nextPause = 0;
  let tiesAtPause = 0;
  const losses = new Float64Array(chunk);

  const finish = (stopped: Stopped): SearchOutcome => ({
    fooled,
    best,
    queries,
    generations,
    fooling,
    stopped,
  });

  kernel.begin(options.seed);
  while (true) {
    const candidates = kernel.ask(chunk);
    // The kernel is asked first: a search that has ended reports its own ending, even after an abort.
    if (kernel.ending !== null) return finish(kernel.ending);
    if (signal?.aborted) return finish("aborted");
    if (kernel.signalled) return finish("cpu-limit");
    if (oracle.isSpent) return finish("budget");
    generations = kernel.generation;
    const queried = oracle.query(candidates);
    const probabilities = queried instanceof Promise ? await queried : queried;
    const labels = probabilities.length / candidates.count;
    for (let index = 0; index < candidates.count; index++) {
      const row = probabilities.subarray(index * labels, (index + 1) * labels);
      const loss = lossOf(row, goal, objective);
      losses[index] = loss;
      queries++;
      options.onQueried?.(encodedAt(candidates, index), row);
      if (best === null || loss < best.loss) best = keep(candidates, index, row, loss);
      if (!isFooled(row, goal)) continue;
      let success = keep(candidates, index, row, loss);
      let isLast = false;
      if (!options.exhaustive && endsSearch(row, goal, stop)) {
        const confirmed = await confirm(oracle, success, goal);
        if (confirmed === null) continue;
        success = confirmed;
        isLast = endsSearch(confirmed.returned.probabilities, goal, stop);
      }
      fooling++;
      if (isLast || fooled === null || loss < fooled.loss) fooled = success;
      if (isLast) return finish("success");
    }
    kernel.tell(losses.subarray(0, candidates.count));
    if ((queries >= nextPause || oracle.ties >= tiesAtPause + TIES_A_SLICE) && best !== null) {
      nextPause = queries + slice;
      tiesAtPause = oracle.ties;
      await options.onProgress?.({ queries, generation: generations, goal, best });
      await options.pause?.();
    }
  }
}
