import type { DeSettings } from "../../../src/core/kernel/search-settings.ts";
import { pcg32 } from "./reference-random.ts";

/**
 * Differential evolution on an image as the paper describes it (Su, Vargas and Sakurai, section III.B),
 * without the kernel's memory, chunks or buffers: one array a member, one generation after the other.
 */
export interface ReferenceOptions {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: number;
  readonly settings: DeSettings;
  readonly seed: number;
  /** The loss of a candidate in canonical encoding. */
  readonly loss: (encoded: readonly number[]) => number;
}

export interface ReferenceGeneration {
  /** The canonical encoding of all candidates of this generation, repeated ones too. */
  readonly candidates: readonly (readonly number[])[];
  /** The losses of the members after selection. */
  readonly losses: readonly number[];
}

interface Member {
  readonly genes: readonly number[];
  readonly loss: number;
}

export function* referenceDe(options: ReferenceOptions): Generator<ReferenceGeneration> {
  const { width, height, channels, pixels, settings, loss } = options;
  const { population, strategy, crossover } = settings;
  const random = pcg32(BigInt(options.seed), 54n);
  const genesPerPixel = 2 + channels;
  const ranges = Array.from({ length: pixels * genesPerPixel }, (_, gene) => {
    const kind = gene % genesPerPixel;
    return kind === 0 ? width : kind === 1 ? height : 255;
  });
  const isColour = (gene: number) => gene % genesPerPixel >= 2;
  const clamp = (value: number, range: number) => Math.min(Math.max(value, 0), range);
  const candidateOf = (genes: readonly number[]) => readGenes(options, genes);

  let members: Member[] = [];
  for (let i = 0; i < population; i++) {
    const genes = ranges.map((range, gene) =>
      isColour(gene) && settings.start === "normal"
        ? clamp(128 + 127 * random.normal(), range)
        : range * random.uniform(),
    );
    members.push({ genes, loss: loss(candidateOf(genes)) });
  }
  yield { candidates: members.map((m) => candidateOf(m.genes)), losses: members.map((m) => m.loss) };

  for (let generation = 1; generation <= settings.generations; generation++) {
    const [low, high] = settings.mutationFactor;
    const factor = low < high ? low + (high - low) * random.uniform() : low;
    const best = members.reduce((a, b) => (b.loss < a.loss ? b : a));
    const parents = members;
    const children = parents.map((parent, i) => {
      const chosen: number[] = [];
      while (chosen.length < (strategy === "rand1" ? 3 : 2)) {
        const index = random.below(population);
        if (index !== i && !chosen.includes(index)) chosen.push(index);
      }
      const [a, b, c] = chosen.map((index) => parents[index]!.genes);
      const forced = crossover < 1 ? random.below(ranges.length) : -1;
      return ranges.map((range, gene) => {
        if (crossover < 1 && !(random.uniform() < crossover) && gene !== forced) return parent.genes[gene]!;
        const x = parent.genes[gene]!;
        const mutant = {
          rand1: () => a![gene]! + factor * (b![gene]! - c![gene]!),
          best1: () => best.genes[gene]! + factor * (a![gene]! - b![gene]!),
          currentToBest1: () => x + factor * (best.genes[gene]! - x + (a![gene]! - b![gene]!)),
        }[strategy]();
        return clamp(mutant, range);
      });
    });
    members = parents.map((parent, i) => {
      const genes = children[i]!;
      const child = { genes, loss: loss(candidateOf(genes)) };
      return child.loss < parent.loss ? child : parent;
    });
    yield { candidates: children.map(candidateOf), losses: members.map((m) => m.loss) };
  }
}

function readGenes(options: ReferenceOptions, genes: readonly number[]): number[] {
  const { width, height, channels, pixels, settings } = options;
  const colours = new Map<number, number>();
  const positions: number[] = [];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [x, y, ...levels] = genes.slice(pixel * (2 + channels), (pixel + 1) * (2 + channels));
    const column = Math.min(Math.floor(x!), width - 1);
    const row = Math.min(Math.floor(y!), height - 1);
    const colour = levels
      .map((level) => (settings.colours === "corners" ? (level > 127 ? 255 : 0) : Math.floor(level + 0.5)))
      .reduce((packed, level) => packed * 256 + level, 0);
    positions.push(row * width + column);
    colours.set(row * width + column, colour);
  }
  positions.sort((a, b) => a - b);
  return positions.flatMap((position) => [position, colours.get(position)!]);
}
