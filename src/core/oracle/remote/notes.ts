/** Notes on the limitations of a remote model's responses so far, shown with every result. */
import type { OutputFormat, RemoteRow } from "./probabilities.ts";

/** The number of rows after which values are reported as rounded. */
const ENOUGH_ROWS = 8;
/** Values with at most this many decimal places count as rounded; float32 has seven. */
const MOST_DIGITS = 4;
/** How far from 1 a sum of probabilities may be: the error of rounding ten of them to two digits. */
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
  /** Sentences without a subject, such as "returns only 5 of 10 labels". */
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
        fewest < labels.length && `returns only ${fewest} of ${labels.length} labels; the others count as 0`,
        quantisation !== undefined && `returns quantised values, in steps of ${quantisation.scale}`,
        isRounded &&
          digits <= MOST_DIGITS &&
          `rounds probabilities to ${digits} digits; of equal ones the first label's counts as the highest`,
        isUnnormalised && "returns probabilities that do not sum to 1",
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
