import type { ImageSize } from "../../image/raster.ts";
import type { AttackOracle } from "../../oracle/create-oracle.ts";
import { hexColour } from "../adversarial-image.ts";
import type { AttackContext } from "../context.ts";
import { coloursOf } from "../corners.ts";
import { argmax, marginOf } from "../objectives.ts";
import { predictionOf } from "../result.ts";
import { search } from "../search.ts";
import { type Block, changesIn, leastMargin, pixelOf } from "./blocks.ts";
import type { FoolingColour, MapBlock, MapPixel, MapResult } from "./result.ts";
import { createSampler } from "./sampler.ts";
import type { MapSettings } from "./settings.ts";

type Sampled = Required<Pick<MapResult, "pixels" | "blocks">> &
  Pick<MapResult, "stopped"> & { readonly queries: number };

const inReadingOrder = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
  a.y - b.y || a.x - b.x;

/** What is known of a block. */
function describeBlock(block: Block, image: ImageSize): MapBlock {
  const { x, y, width, height, margins, fooling } = block;
  return {
    x,
    y,
    width,
    height,
    tried: margins.length,
    changes: changesIn(block, image),
    margin: leastMargin(block),
    fooling: fooling
      .toSorted((a, b) => a.change - b.change)
      .map(({ change, ...found }) => ({ ...pixelOf(change, image), ...found })),
  };
}

/** The pixels of a block of whose changes every one was tried. */
function pixelsOf(block: Block, image: ImageSize): MapPixel[] {
  if (block.margins.length < changesIn(block, image)) return [];
  const colours = coloursOf(image);
  const pixels = new Map<number, { margin: number; fooling: FoolingColour[] }>();
  const pixelAt = (change: number) => {
    const position = Math.floor(change / colours);
    const pixel = pixels.get(position) ?? { margin: Number.POSITIVE_INFINITY, fooling: [] };
    pixels.set(position, pixel);
    return pixel;
  };
  for (const [index, change] of block.changes.entries()) {
    const pixel = pixelAt(change);
    pixel.margin = Math.min(pixel.margin, block.margins[index]!);
  }
  for (const { change, ...found } of block.fooling.toSorted((a, b) => a.change - b.change)) {
    pixelAt(change).fooling.push(found);
  }
  return Array.from(pixels, ([position, pixel]) => ({ ...pixelOf(position * colours, image), ...pixel }));
}

/**
 * Maps an image coarse to fine, as far as the budget goes.
 * @param label the index of the true label
 * @param settings of a sampled map
 */
export async function sampleMap(
  { classifier, image, signal, onProgress, pause }: AttackContext,
  { kernel, oracle, slice }: AttackOracle,
  label: number,
  { budget, seed = 0 }: MapSettings,
): Promise<Sampled> {
  const { labels } = classifier.manifest;
  const sampler = createSampler(image, budget, seed, kernel);
  const { queries, stopped } = await search({
    kernel: sampler,
    oracle,
    slice,
    goal: { label, target: null },
    rule: { objective: "margin", stop: "flip" },
    seed,
    exhaustive: true,
    onQueried: ([, colour], row) => {
      const isFooled = argmax(row) !== label;
      const predicted = isFooled ? predictionOf(labels, row) : null;
      sampler.record(
        marginOf(row, label),
        predicted && {
          colour: hexColour(colour!, image.channels),
          label: predicted.label,
          probability: predicted.probability,
        },
      );
    },
    signal,
    onProgress:
      onProgress &&
      ((progress) =>
        onProgress({
          ...progress,
          blocks: sampler.changed().map((block) => describeBlock(block, image)),
        })),
    pause,
  });
  const known = sampler.blocks().filter(({ margins }) => margins.length > 0);
  return {
    pixels: known.flatMap((block) => pixelsOf(block, image)).sort(inReadingOrder),
    blocks: known.map((block) => describeBlock(block, image)).sort(inReadingOrder),
    queries,
    stopped,
  };
}
