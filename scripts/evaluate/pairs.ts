/** Two searches on the same images, image by image. */
import { whole } from "./table.ts";

/** What one search did to one image. */
export interface Tried {
  readonly isFooled: boolean;
  readonly queries: number;
}

/** What one search did to all images. */
export interface Searched {
  readonly name: string;
  readonly outcomes: readonly Tried[];
}

/** How two searches differ on the same images. */
export interface Pair {
  readonly searches: readonly [string, string];
  readonly images: number;
  /** Images that only the first search fools, and that only the second does. */
  readonly only: readonly [number, number];
  /** Queries of the first less those of the second: the mean, and half its 95 % interval. */
  readonly difference: { readonly mean: number; readonly margin: number };
  /** Images for which the first search needs fewer queries, and more. */
  readonly fewer: number;
  readonly more: number;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Compares two searches; the outcomes of both are of the same images in the same order. */
export function comparePair(first: Searched, second: Searched): Pair {
  const onlyIn = (one: Searched, other: Searched) =>
    one.outcomes.filter(({ isFooled }, i) => isFooled && !other.outcomes[i]!.isFooled).length;
  const differences = first.outcomes.map(({ queries }, i) => queries - second.outcomes[i]!.queries);
  const centre = mean(differences);
  const variance = mean(differences.map((each) => (each - centre) ** 2));
  const margin = (1.96 * Math.sqrt(variance)) / Math.sqrt(Math.max(1, differences.length - 1));
  return {
    searches: [first.name, second.name],
    images: differences.length,
    only: [onlyIn(first, second), onlyIn(second, first)],
    difference: { mean: centre, margin },
    fewer: differences.filter((each) => each < 0).length,
    more: differences.filter((each) => each > 0).length,
  };
}

/** The odds of a difference as large as this one if either search were as likely to win: the exact sign test, two-sided. */
function signTest(wins: number, losses: number): number {
  const n = wins + losses;
  let term = 0.5 ** n;
  let tail = 0;
  for (let i = 0; i <= Math.min(wins, losses); i++) {
    tail += term;
    term *= (n - i) / (i + 1);
  }
  return Math.min(1, 2 * tail);
}

const odds = (p: number): string => (p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`);

/** The head of a table of pairs. @param things what is attacked, such as `photos` */
export const pairHead = (things: string): string[] => [
  "searches",
  things,
  "only the first fools",
  "only the second",
  "sign test",
  "queries: mean difference, 95 % interval",
  `${things} with fewer, more`,
  "sign test",
];

/** A row of a table of pairs. */
export function pairCells({ searches, images, only, difference, fewer, more }: Pair): string[] {
  const { mean: centre, margin } = difference;
  return [
    searches.join(", "),
    String(images),
    String(only[0]),
    String(only[1]),
    odds(signTest(...only)),
    `${whole(centre)} (${whole(centre - margin)} to ${whole(centre + margin)})`,
    `${fewer}, ${more}`,
    odds(signTest(fewer, more)),
  ];
}
