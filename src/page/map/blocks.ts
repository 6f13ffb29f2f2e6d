/** Maps as blocks of pixels, whether every pixel was tried or a sample. */
import type { MapBlock, MapResult, Progress } from "../../api/types.ts";
import { sampledScale, scaleOf } from "../../report/map/heat-colour.ts";

/** What is known of a picture: blocks that each cover some pixels. */
export interface Known {
  /** Larger ones first: a smaller one is drawn over the larger one that it was a part of. */
  readonly blocks: readonly MapBlock[];
  /** Whether only some of the changes were tried. */
  readonly sampled: boolean;
}

export type FoolingChange = MapBlock["fooling"][number];

const area = ({ width, height }: MapBlock): number => width * height;
const keyOf = ({ x, y, width, height }: MapBlock): string => `${x} ${y} ${width} ${height}`;
const largestFirst = (blocks: Iterable<MapBlock>): MapBlock[] =>
  [...blocks].sort((a, b) => area(b) - area(a));

/** What a finished map knows. @param channels of the classifier's images */
export function knownOf({ blocks, pixels }: MapResult, channels: number): Known {
  if (blocks) return { blocks: largestFirst(blocks), sampled: true };
  const colours = 2 ** channels;
  const complete = { width: 1, height: 1, tried: colours, changes: colours };
  return {
    blocks: pixels.map(({ x, y, margin, fooling }) => ({
      x,
      y,
      ...complete,
      margin,
      fooling: fooling.map((each) => ({ x, y, ...each })),
    })),
    sampled: false,
  };
}

/** Collects what the progress events of a sampled map tell. */
export function createCollector() {
  const byKey = new Map<string, MapBlock>();
  let told = 0;
  let known: Known | null = null;
  return {
    /**
     * What is known after these events; null if they tell of no blocks.
     * @param points all events so far: those of the call before, and maybe more
     */
    collect(points: readonly Progress[]): Known | null {
      const news = points.slice(told).flatMap(({ blocks = [] }) => blocks);
      told = points.length;
      for (const block of news) byKey.set(keyOf(block), block);
      if (news.length > 0) known = { blocks: largestFirst(byKey.values()), sampled: true };
      return known;
    },
  };
}

/** The scale of the colours. */
export const knownScale = ({ blocks, sampled }: Known) => (sampled ? sampledScale(blocks) : scaleOf(blocks));

/** Finds the block that a pixel belongs to. */
export function finderOf({ blocks }: Known, width: number, height: number) {
  const owner = new Int32Array(width * height).fill(-1);
  for (const [index, block] of blocks.entries()) {
    for (let y = block.y; y < block.y + block.height; y++) {
      owner.fill(index, y * width + block.x, y * width + block.x + block.width);
    }
  }
  return (x: number, y: number): MapBlock | undefined => {
    const inside = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));
    return blocks[owner[inside(y, height) * width + inside(x, width)]!];
  };
}

/** Every change that fools the classifier. */
export const foolingOf = ({ blocks }: Known): FoolingChange[] => {
  const found = new Map(
    blocks.flatMap(({ fooling }) => fooling).map((each) => [`${each.x} ${each.y} ${each.colour}`, each]),
  );
  return [...found.values()];
};
