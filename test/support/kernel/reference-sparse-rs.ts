import { pcg32 } from "./reference-random.ts";
import {
  canonical,
  cornerColour,
  type ReferenceOptions,
  type ReferenceSearch,
  type Spot,
} from "./reference-search.ts";

/** The authors' schedule: α is divided by the second once more than the first, of the budget, is spent. */
export const SCHEDULE = [
  [0.8, 20],
  [0.6, 15],
  [0.4, 12],
  [0.2, 10],
  [0.1, 8],
  [0.05, 6],
  [0.02, 5],
  [0.005, 4],
  [0, 2],
] as const;

/** Whether more than a share, in ten thousandths, of the budget is spent: whole numbers, as the kernel counts. */
export function isBeyond(share: number, spent: number, budget: number): boolean {
  return Math.floor((spent * 10_000) / budget) > Math.round(share * 10_000);
}

/** Sparse-RS with corner colours, which keeps a change if the loss fell. */
export function* referenceSparseRs(
  { image, pixels, seed, budget }: ReferenceOptions,
  alpha: number,
): ReferenceSearch {
  const random = pcg32(BigInt(seed), 54n);
  const positions = image.width * image.height;
  const draw = (kept: readonly Spot[], count: number): Spot[] => {
    const drawn: Spot[] = [];
    const isTaken = (position: number) => [...kept, ...drawn].some((spot) => spot.position === position);
    while (drawn.length < count) {
      let position = random.below(positions);
      while (isTaken(position)) position = random.below(positions);
      const corner = random.word() >>> (32 - image.channels);
      drawn.push({ position, colour: cornerColour(corner, image) });
    }
    return drawn;
  };

  let set: Spot[] = draw([], pixels);
  let told = yield canonical(set);
  let setLoss = told.loss;
  let spent = Number(told.isNew);
  while (true) {
    const divisor = SCHEDULE.find(([share]) => isBeyond(share, spent, budget))?.[1] ?? 1;
    const moved = Math.max(1, Math.floor((alpha / divisor) * pixels));
    for (let i = 0; i < moved; i++) {
      const other = i + random.below(pixels - i);
      set = set.with(i, set[other]!).with(other, set[i]!);
    }
    const kept = set.slice(moved);
    const trial = [...draw(kept, moved), ...kept];
    told = yield canonical(trial);
    spent += Number(told.isNew);
    if (!(told.loss < setLoss)) continue;
    set = trial;
    setLoss = told.loss;
  }
}

/** The plain baseline: different positions and colours, all uniform. */
export function* referenceRandom({ image, pixels, seed }: ReferenceOptions): ReferenceSearch {
  const random = pcg32(BigInt(seed), 54n);
  while (true) {
    const spots: Spot[] = [];
    while (spots.length < pixels) {
      const position = random.below(image.width * image.height);
      if (spots.some((spot) => spot.position === position)) continue;
      spots.push({ position, colour: random.word() >>> (32 - 8 * image.channels) });
    }
    yield canonical(spots);
  }
}
