import { type Goal, isFooled, lossOf } from "../attack/objectives.ts";
import type { AttackOracle } from "../oracle/create-oracle.ts";
import type { Returned } from "../oracle/round-trip.ts";

/** A change of one pixel that reaches the goal by the reference, with the image that is returned for it. */
export interface Found {
  readonly encoded: Uint32Array;
  readonly returned: Returned;
}

/** What the classifier said to some changes. */
export interface Answer {
  /** The first change that reaches the goal; null if none does. */
  readonly found: Found | null;
  /** The least loss of all, see `lossOf`: how near a change came to the goal. */
  readonly least: number;
}

/** Asks the classifier about single changes. */
export interface Asker {
  /** Queries so far. */
  readonly queries: number;
  /** Asks about some colours of one pixel. */
  ask(position: number, colours: readonly (readonly number[])[]): Promise<Answer>;
}

/** Most candidates of one call. */
const CHUNK = 16;

const encode = (colour: readonly number[]): number => colour.reduce((sum, value) => sum * 256 + value, 0);

/** An asker with an attack's oracle. */
export function createAsker({ oracle }: Pick<AttackOracle, "oracle">, goal: Goal): Asker {
  let queries = 0;
  const confirm = async (encoded: Uint32Array): Promise<Found | null> => {
    const returned = await oracle.confirm(encoded);
    return isFooled(returned.probabilities, goal) ? { encoded, returned } : null;
  };
  return {
    get queries() {
      return queries;
    },
    async ask(position, colours) {
      let least = Number.POSITIVE_INFINITY;
      for (let first = 0; first < colours.length; first += CHUNK) {
        const chunk = colours.slice(first, first + CHUNK);
        const encoded = Uint32Array.from(chunk.flatMap((colour) => [position, encode(colour)]));
        const answer = oracle.query({ count: chunk.length, pixels: 1, encoded });
        const rows = answer instanceof Promise ? await answer : answer;
        const labels = rows.length / chunk.length;
        for (let i = 0; i < chunk.length; i++) {
          least = Math.min(least, lossOf(rows.subarray(i * labels, (i + 1) * labels), goal, "margin"));
        }
        // A confirmation may query the same oracle, whose rows are a view.
        const fooling = chunk.flatMap((_, i) =>
          isFooled(rows.subarray(i * labels, (i + 1) * labels), goal) ? [i] : [],
        );
        queries += chunk.length;
        for (const i of fooling) {
          const found = await confirm(encoded.slice(i * 2, i * 2 + 2));
          if (found !== null) return { found, least };
        }
      }
      return { found: null, least };
    },
  };
}
