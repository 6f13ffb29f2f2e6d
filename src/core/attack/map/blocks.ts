import type { ImageSize } from "../../image/raster.ts";
import { coloursOf } from "../corners.ts";
import type { FoolingColour } from "./result.ts";

// A change of one pixel to a corner colour is a number here: position × colours + the colour's number.

/** A change that fools the classifier. */
export interface Fooling extends FoolingColour {
  readonly change: number;
}

/** A square of pixels, cut off at the image's edges, with the changes that are tried in it. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The side of the square: a power of two. */
  readonly size: number;
  /** The changes to try, in order. */
  readonly changes: number[];
  /** The margin of each of the first of them: of those that were tried. */
  readonly margins: number[];
  /** Those that fool the classifier. */
  readonly fooling: Fooling[];
}

/** A whole number from 0 to below `limit`. */
export type Draw = (limit: number) => number;

/** The square blocks of an image, row by row, within a rectangle of it. */
export function blocksOf(
  size: number,
  { x: left, y: top, width, height }: Pick<Block, "x" | "y" | "width" | "height">,
): Block[] {
  const blocks: Block[] = [];
  for (let y = top; y < top + height; y += size) {
    for (let x = left; x < left + width; x += size) {
      blocks.push({
        x,
        y,
        width: Math.min(size, left + width - x),
        height: Math.min(size, top + height - y),
        size,
        changes: [],
        margins: [],
        fooling: [],
      });
    }
  }
  return blocks;
}

/** The number of changes that a block has. */
export const changesIn = ({ width, height }: Pick<Block, "width" | "height">, image: ImageSize): number =>
  width * height * coloursOf(image);

/** The smallest margin of the changes that were tried in a block. */
export const leastMargin = ({ margins }: Block): number =>
  margins.reduce((least, margin) => Math.min(least, margin), Number.POSITIVE_INFINITY);

/** The pixel of a change. */
export function pixelOf(change: number, image: ImageSize): { readonly x: number; readonly y: number } {
  const position = Math.floor(change / coloursOf(image));
  const x = position % image.width;
  return { x, y: (position - x) / image.width };
}

/** The blocks of half the size that a block consists of, with what is known of it. All its changes must have been tried. */
export function split(block: Block, image: ImageSize): Block[] {
  const parts = blocksOf(block.size / 2, block);
  const partOf = (change: number): Block => {
    const { x, y } = pixelOf(change, image);
    return parts.findLast((part) => part.x <= x && part.y <= y)!;
  };
  for (const [index, change] of block.changes.entries()) {
    const { changes, margins } = partOf(change);
    changes.push(change);
    margins.push(block.margins[index]!);
  }
  for (const each of block.fooling) partOf(each.change).fooling.push(each);
  return parts;
}

/**
 * Chooses changes of a block that are not tried yet: each of the colour that was tried least, at a position drawn from the
 * block.
 * @param count how many, at most as many as there are
 * @returns their number
 */
export function choose(block: Block, count: number, image: ImageSize, draw: Draw): number {
  const colours = coloursOf(image);
  const { x, y, width, height, changes } = block;
  const area = width * height;
  const times = Array<number>(colours).fill(0);
  for (const change of changes) times[change % colours]!++;
  const wanted = Math.min(count, area * colours - changes.length);
  for (let chosen = 0; chosen < wanted; chosen++) {
    const first = draw(colours);
    let colour = first;
    for (let step = 1; step < colours; step++) {
      const other = (first + step) % colours;
      if (times[other]! < times[colour]!) colour = other;
    }
    let place = draw(area);
    const changeAt = () => {
      const column = place % width;
      const row = (place - column) / width;
      return ((y + row) * image.width + x + column) * colours + colour;
    };
    while (changes.includes(changeAt())) place = (place + 1) % area;
    changes.push(changeAt());
    times[colour]!++;
  }
  return wanted;
}
