import type { GuidedRsSettings } from "../../../src/core/kernel/search-settings.ts";
import { pcg32 } from "./reference-random.ts";
import { logarithmOf } from "./reference-score-map.ts";
import {
  canonical,
  cornerColour,
  type ReferenceOptions,
  type ReferenceSearch,
  type Spot,
} from "./reference-search.ts";
import { isBeyond, SCHEDULE } from "./reference-sparse-rs.ts";

/** The guided random search: Sparse-RS with what it learns about 8 × 8 blocks of the image. */
export function* referenceGuidedRs(
  { image, pixels, seed }: ReferenceOptions,
  { strays, anyColours }: GuidedRsSettings,
): ReferenceSearch {
  const { width, height, channels, data } = image;
  const random = pcg32(BigInt(seed), 54n);
  const effects = Array.from({ length: 64 }, () => ({ sum: 0, count: 0 }));
  const blockOf = (position: number) => {
    const [x, y] = [position % width, Math.floor(position / width)];
    return effects[Math.floor((y * 8) / height) * 8 + Math.floor((x * 8) / width)]!;
  };
  const learn = (position: number, effect: number) => {
    const block = blockOf(position);
    block.sum += effect;
    block.count++;
  };
  const anyFree = (isTaken: (position: number) => boolean): number => {
    while (true) {
      const position = random.below(width * height);
      if (!isTaken(position)) return position;
    }
  };
  const promising = (isTaken: (position: number) => boolean): number => {
    if (random.below(100) < strays) return anyFree(isTaken);
    const best = { position: -1, mean: Number.POSITIVE_INFINITY };
    for (let draw = 0; draw < 30; draw++) {
      const position = random.below(width * height);
      const { sum, count } = blockOf(position);
      const mean = sum / (count + 1);
      if (mean < best.mean && !isTaken(position)) Object.assign(best, { position, mean });
    }
    return best.position < 0 ? anyFree(isTaken) : best.position;
  };
  const striking = (position: number): number => {
    if (random.below(100) < (spent < 100 ? anyColours : Math.max(anyColours, 30)))
      return cornerColour(random.word() >>> (32 - channels), image);
    const levels = [...data.subarray(position * channels, (position + 1) * channels)];
    return levels.reduce((colour, level) => colour * 256 + (level < 128 ? 255 : 0), 0);
  };
  const near = (position: number): number => {
    const x = (position % width) + random.below(5) - 2;
    const y = Math.floor(position / width) + random.below(5) - 2;
    const inside = (value: number, size: number) => Math.max(0, Math.min(value, size - 1));
    return inside(y, height) * width + inside(x, width);
  };

  let spent = 0;
  const taken = new Set<number>();
  const isTaken = (position: number) => taken.has(position);
  const draw = (): Spot => {
    const position = promising(isTaken);
    taken.add(position);
    return { position, colour: striking(position) };
  };
  let set: Spot[] = Array.from({ length: pixels }, draw);
  let told = yield canonical(set);
  let setLoss = told.loss;
  spent += Number(told.isNew);
  while (true) {
    const divisor = SCHEDULE.find(([share]) => isBeyond(share, spent, 10_000))?.[1] ?? 1;
    const moved = Math.max(1, Math.floor(((spent > 200 ? 0.15 : 0.6) / divisor) * pixels));
    const isShift = random.below(100) < 20;
    for (let i = 0; i < moved; i++) {
      const other = i + random.below(pixels - i);
      set = set.with(i, set[other]!).with(other, set[i]!);
      if (!isShift) taken.delete(set[i]!.position);
    }
    const trial = [...set];
    for (let i = 0; i < moved; i++) {
      const { position, colour } = set[i]!;
      const shifted = isShift ? near(position) : -1;
      if (!isShift) trial[i] = draw();
      else if (!isTaken(shifted)) {
        taken.delete(position);
        taken.add(shifted);
        trial[i] = { position: shifted, colour };
      }
    }
    told = yield canonical(trial);
    spent += Number(told.isNew);
    if (told.isNew) {
      const effect = (logarithmOf(told.loss) - logarithmOf(setLoss)) / moved;
      for (let i = 0; i < moved; i++) {
        learn(trial[i]!.position, effect);
        learn(set[i]!.position, -effect);
      }
    }
    if (told.loss < setLoss) [set, setLoss] = [trial, told.loss];
    taken.clear();
    for (const { position } of set) taken.add(position);
  }
}
