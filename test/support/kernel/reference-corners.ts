import { logarithmOf, Promises } from "./reference-promise.ts";
import { canonical, type Memory, type ReferenceOptions, type ReferenceSearch } from "./reference-search.ts";

/**
 * The corner scan: rounds of at most 16 cells, each chosen by the losses of the rounds before.
 * @param memory what was queried before the scan: it is learnt first, and not asked again
 */
export function* referenceCorners({ image }: ReferenceOptions, memory: Memory): ReferenceSearch {
  const promises = new Promises(image);
  let first: number | null = null;
  const settle = (cell: number, told: number) => {
    const loss = logarithmOf(told);
    first ??= loss;
    promises.learn(cell, loss - first);
    promises.barred.add(cell);
  };
  for (const [cell, { spot }] of promises.cells.entries()) {
    const known = memory.get(String(canonical([spot])));
    if (known !== undefined) settle(cell, known);
  }
  for (let round = promises.first(); ; round = promises.choose(16, 1)) {
    const told: number[] = [];
    for (const cell of round) told.push((yield canonical([promises.cells[cell]!.spot])).loss);
    for (const [i, cell] of round.entries()) settle(cell, told[i]!);
    if (promises.barred.size === promises.cells.length) return;
  }
}
