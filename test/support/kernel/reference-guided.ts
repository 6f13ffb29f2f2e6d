import { pcg32 } from "./reference-random.ts";
import { logarithmOf, ScoreMap } from "./reference-score-map.ts";
import { canonical, type ReferenceOptions, type ReferenceSearch } from "./reference-search.ts";

/** The guided search: builds the set one pixel at a time, then changes one pixel at a time. */
export function* referenceGuided({ image, pixels, seed, budget }: ReferenceOptions): ReferenceSearch {
  const { width, height, channels } = image;
  const random = pcg32(BigInt(seed), 54n);
  const scoreMap = new ScoreMap(image);
  const colours = 2 ** channels;
  const encodedAt = (cells: readonly number[]) => canonical(cells.map((cell) => scoreMap.cells[cell]!.spot));
  let setLoss: number | null = null;

  const set: number[] = [];
  const trials = Math.max(1, Math.min(40, Math.floor(budget / (4 * pixels))));
  const firsts = scoreMap.first();
  while (set.length < pixels) {
    const queue = set.length === 0 ? firsts : [];
    const most = set.length === 0 ? trials + firsts.length : trials;
    const tried: number[] = [];
    let best = { cell: -1, loss: Number.POSITIVE_INFINITY };
    while (tried.length < most) {
      const cell = queue[tried.length] ?? scoreMap.choose(1, 1)[0];
      if (cell === undefined) break;
      scoreMap.barred.add(cell);
      tried.push(cell);
      const told = yield encodedAt([...set, ...new Array<number>(pixels - set.length).fill(cell)]);
      const loss = logarithmOf(told.loss);
      setLoss ??= loss;
      if (told.isNew) scoreMap.learn(cell, loss - setLoss);
      if (loss < best.loss) best = { cell, loss };
    }
    for (const cell of tried) scoreMap.barred.delete(cell);
    for (const cell of scoreMap.pixelOf(best.cell)) scoreMap.barred.add(cell);
    set.push(best.cell);
    setLoss = best.loss;
  }

  const moved = (): number | undefined => {
    if (random.below(100) < 10) return random.below(scoreMap.cells.length);
    const promising = scoreMap.choose(16, 0);
    return promising.length > 0 ? promising[random.below(promising.length)] : undefined;
  };
  const shifted = (cell: number): number | undefined => {
    const position = Math.floor(cell / colours);
    const x = (position % width) + random.below(5) - 2;
    const y = Math.floor(position / width) + random.below(5) - 2;
    if (x < 0 || y < 0 || x >= width || y >= height) return undefined;
    return (y * width + x) * colours + (cell % colours);
  };
  for (let vain = 0; vain < 4000; ) {
    const place = random.below(pixels);
    const before = set[place]!;
    const kind = random.below(100);
    let trial = kind < 40 ? moved() : kind < 70 ? shifted(before) : undefined;
    if (trial === undefined || scoreMap.barred.has(trial)) trial = before ^ (1 << random.below(channels));
    const told = yield encodedAt(set.with(place, trial));
    const loss = logarithmOf(told.loss);
    if (told.isNew) scoreMap.learn(trial, loss - setLoss!);
    if (loss < setLoss!) vain = 0;
    else if (told.isNew) vain++;
    if (loss > setLoss!) continue;
    for (const cell of scoreMap.pixelOf(before)) scoreMap.barred.delete(cell);
    for (const cell of scoreMap.pixelOf(trial)) scoreMap.barred.add(cell);
    set[place] = trial;
    setLoss = loss;
  }
}
