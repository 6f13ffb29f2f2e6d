/** What a remote model's answers so far leave open, to be said beside every result. */
import type { OutputFormat, RemoteRow } from "./probabilities.ts";

/** Rows after which it is said that values are rounded. */
const ENOUGH_ROWS = 8;
/** Digits behind the point that count as rounded; float32 has seven. */
const MOST_DIGITS = 4;
/** How far from 1 a sum of probabilities may be: what rounding ten of them to two digits does. */
const SUM_SLACK = 0.05;

/** The fewest digits behind the point, at least `digits`, that write all values; one more than count as rounded if none do. */
function digitsOf(values: Float32Array, digits: number): number {
  let enough = digits;
  for (const value of values) {
    while (enough <= MOST_DIGITS && Math.fround(Number(value.toFixed(enough))) !== value) enough++;
  }
  return enough;
}

export interface Notes {
  /** Sentences without subject, such as "lists only the 5 most probable of 10 labels". */
  readonly lines: readonly string[];
  add(row: RemoteRow): void;
}

export function createNotes({ labels, output, quantisation }: OutputFormat): Notes {
  let fewest = labels.length;
  let isUnnormalised = false;
  let digits = 0;
  let rows = 0;
  return {
    get lines() {
      const isRounded = output === "probabilities" && quantisation === undefined && rows >= ENOUGH_ROWS;
      return [
        fewest < labels.length && `lists only ${fewest} of ${labels.length} labels; the others count as 0`,
        quantisation !== undefined && `answers quantised values, in steps of ${quantisation.scale}`,
        isRounded &&
          digits <= MOST_DIGITS &&
          `rounds probabilities to ${digits} digits; of equal ones the first label's counts as the highest`,
        isUnnormalised && "answers probabilities that do not sum to 1",
      ].filter((line) => line !== false);
    },
    add({ probabilities, listed }) {
      rows++;
      fewest = Math.min(fewest, listed);
      digits = digitsOf(probabilities, digits);
      const sum = probabilities.reduce((all, value) => all + value, 0);
      isUnnormalised ||= sum > 1 + SUM_SLACK || (listed === labels.length && sum < 1 - SUM_SLACK);
    },
  };
}
