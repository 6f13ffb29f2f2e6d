import { logarithmOf, ScoreMap } from "./reference-score-map.ts";
import { canonical, type ReferenceOptions, type ReferenceSearch } from "./reference-search.ts";

/** The corner scan: rounds of at most 16 cells, each chosen by the losses of the rounds before. */
export function* referenceCorners({ image }: ReferenceOptions): ReferenceSearch {
  const scoreMap = new ScoreMap(image);
  let first: number | null = null;
  const learn = (cell: number, told: number) => {
    const loss = logarithmOf(told);
    first ??= loss;
    scoreMap.learn(cell, loss - first);
    scoreMap.barred.add(cell);
  };
  for (let round = scoreMap.first(); ; round = scoreMap.choose(16, 1)) {
    const told: number[] = [];
    for (const cell of round) told.push((yield canonical([scoreMap.cells[cell]!.spot])).loss);
    for (const [i, cell] of round.entries()) learn(cell, told[i]!);
    if (scoreMap.barred.size === scoreMap.cells.length) return;
  }
}
