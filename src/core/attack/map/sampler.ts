import type { ImageSize } from "../../image/raster.ts";
import type { Ending } from "../../kernel/endings.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { coloursOf } from "../corners.ts";
import type { Proposer } from "../search.ts";
import { type Block, blocksOf, changesIn, choose, type Draw, leastMargin, split } from "./blocks.ts";
import type { FoolingColour } from "./result.ts";

/** The changes that are tried in a block before it is split. */
const VISIT = 8;
/** The share of the budget that the first blocks may take: a larger one makes them smaller. */
const FIRST_SHARE = 1 / 2;
/** The share of the blocks that each round splits. */
const SPLIT_SHARE = 1 / 16;
/** How much a block's margin, in nats, counts as smaller for each doubling of its side: more of it is unknown. */
const UNKNOWN = 1 / 2;

/** Proposes changes for a map coarse to fine, and keeps what is known of each block. */
export interface Sampler extends Proposer {
  /** Every block; in some of them nothing may have been tried yet. */
  blocks(): readonly Block[];
  /**
   * Records the next candidate of the last ask.
   * @param fooling what it fools the classifier with; null if it does not
   */
  record(margin: number, fooling: FoolingColour | null): void;
  /** The blocks that are new, or in which something was tried, since the last call. */
  changed(): Block[];
}

/** Mulberry32 (Ettinger 2017). */
function drawFrom(seed: number): Draw {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return Math.floor((((word ^ (word >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** The side of the first blocks: the smallest power of two with which they take their share of the budget. */
function firstSize({ width, height }: ImageSize, budget: number): number {
  let size = 1;
  while (
    Math.ceil(width / size) * Math.ceil(height / size) * VISIT > budget * FIRST_SHARE &&
    size < Math.max(width, height)
  ) {
    size *= 2;
  }
  return size;
}

/** The colour of a change as candidates encode it: each bit of its number is a channel. */
function encodedColour(colour: number, { channels }: ImageSize): number {
  if (channels === 1) return colour * 255;
  return ((colour >> 2) & 1) * 0xff0000 + ((colour >> 1) & 1) * 0x00ff00 + (colour & 1) * 0x0000ff;
}

/**
 * Divides an image in square blocks and tries some changes in each. Then, round after round, it splits the blocks with the
 * smallest margins in four and tries changes in each quarter, down to single pixels, of which it tries every colour. Once a
 * split costs more than is left of the budget, the rest goes to the block itself.
 * @param budget fewer queries than there are changes
 * @param kernel that answers the candidates, or renders them
 */
export function createSampler(
  image: ImageSize,
  budget: number,
  seed: number,
  kernel: Pick<Kernel, "chunk" | "signalled">,
): Sampler {
  const draw = drawFrom(seed);
  const colours = coloursOf(image);
  let blocks = blocksOf(firstSize(image, budget), { x: 0, y: 0, width: image.width, height: image.height });
  /** The block of each change of this round, in the order of the queries. */
  let planned: Block[] = [];
  let asked = 0;
  let recorded = 0;
  let left = budget;
  let round = -1;
  let ending: Ending | null = null;
  let news = new Set<Block>();

  const visit = (block: Block, count: number) => {
    const chosen = choose(block, Math.min(count, left), image, draw);
    for (let each = 0; each < chosen; each++) planned.push(block);
    left -= chosen;
  };
  const missing = (block: Block) =>
    Math.max(0, Math.min(VISIT, changesIn(block, image)) - block.changes.length);

  const splitBlocks = () => {
    const priority = new Map(
      blocks
        .filter((block) => block.changes.length < changesIn(block, image))
        .map((block) => [block, leastMargin(block) - UNKNOWN * (31 - Math.clz32(block.size))]),
    );
    const first = [...priority.keys()]
      .sort((a, b) => priority.get(a)! - priority.get(b)! || a.y - b.y || a.x - b.x)
      .slice(0, Math.max(1, Math.floor(blocks.length * SPLIT_SHARE)));
    const replaced = new Set<Block>();
    const parts: Block[] = [];
    for (const block of first) {
      const quarters = split(block, image);
      const needed = quarters.reduce((sum, quarter) => sum + missing(quarter), 0);
      if (needed > left) {
        visit(block, left);
        continue;
      }
      replaced.add(block);
      for (const quarter of quarters) {
        visit(quarter, missing(quarter));
        if (quarter.margins.length > 0) news.add(quarter);
      }
      parts.push(...quarters);
    }
    blocks = [...blocks.filter((block) => !replaced.has(block)), ...parts];
    for (const block of replaced) news.delete(block);
  };

  const plan = () => {
    planned = [];
    asked = recorded = 0;
    round++;
    if (round > 0) return splitBlocks();
    // One change in each block, then another one: so something is known of the whole image early.
    for (let pass = 0; pass < VISIT; pass++) for (const block of blocks) visit(block, 1);
  };

  return {
    begin: () => {},
    ask(limit) {
      while (asked === planned.length && left > 0) plan();
      if (asked === planned.length) ending = "budget";
      const proposed = planned.slice(asked, asked + Math.min(limit, kernel.chunk));
      asked += proposed.length;
      const next = new Map<Block, number>();
      const encoded = proposed.flatMap((block) => {
        const at = next.get(block) ?? block.margins.length;
        next.set(block, at + 1);
        const change = block.changes[at]!;
        const colour = change % colours;
        return [(change - colour) / colours, encodedColour(colour, image)];
      });
      return { count: proposed.length, pixels: 1, encoded: Uint32Array.from(encoded) };
    },
    record(margin, fooling) {
      const block = planned[recorded++]!;
      if (fooling) block.fooling.push({ change: block.changes[block.margins.length]!, ...fooling });
      block.margins.push(margin);
      news.add(block);
    },
    tell: () => {},
    blocks: () => blocks,
    changed() {
      const changed = [...news];
      news = new Set();
      return changed;
    },
    get generation() {
      return Math.max(0, round);
    },
    get ending() {
      return ending;
    },
    get signalled() {
      return kernel.signalled;
    },
  };
}
