import type { Raster } from "../../core/image/raster.ts";
import { GLYPH_HEIGHT, GLYPH_WIDTH, hasDot } from "./glyphs.ts";
import { type Colour, greyColour, heatColour, type Scale, scaleEnds } from "./heat-colour.ts";

/** What is known of a rectangle of the image. */
export interface HeatArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** How far it is from fooling the classifier; below 0 if it does. */
  readonly margin: number;
}

/** A pixel that fools the classifier. */
export interface HeatMark {
  readonly x: number;
  readonly y: number;
  /** The colour that does, `#rrggbb`. */
  readonly colour: string;
}

/** What is drawn over an image. */
export interface Heat {
  readonly areas: readonly HeatArea[];
  readonly marks: readonly HeatMark[];
  readonly scale: Scale;
  /** Lines below the scale. Only digits and the capitals of glyphs.ts; the first one stands beside a mark. */
  readonly caption: readonly string[];
}

/** The longer side of each panel is at most this many dots, unless the image itself has more. */
const SIDE = 384;
/** Least width, so that the legend's words fit. */
const LEAST_WIDTH = 336;
const EDGE = 8;
const DOT = 3;
const LINE = GLYPH_HEIGHT * DOT;
const BAR = 16;
/** A smaller mark would be hard to see. */
const LEAST_MARK = 5;

const UNIT: Scale = { least: 0, largest: 1 };

const PAPER: Colour = [255, 255, 255];
const INK: Colour = [17, 17, 17];

function fill({ width, data }: Raster, left: number, top: number, right: number, bottom: number, c: Colour) {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) data.set(c, (y * width + x) * 3);
  }
}

function write(picture: Raster, text: string, left: number, top: number): void {
  for (const [index, character] of [...text].entries()) {
    for (let row = 0; row < GLYPH_HEIGHT; row++) {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if (!hasDot(character, column, row)) continue;
        const x = left + (index * (GLYPH_WIDTH + 1) + column) * DOT;
        const y = top + row * DOT;
        fill(picture, x, y, x + DOT, y + DOT, INK);
      }
    }
  }
}

const widthOf = (text: string): number => (text.length * (GLYPH_WIDTH + 1) - 1) * DOT;

/** A fooling pixel: its colour in a double ring; with less room white, with an edge if it is larger than the pixel. */
function drawMark(picture: Raster, x: number, y: number, pixel: number, colour: Colour): void {
  const size = Math.max(pixel, LEAST_MARK);
  const inside = (at: number, length: number) =>
    Math.max(0, Math.min(length - size, at - Math.floor((size - pixel) / 2)));
  const [left, top] = [inside(x, picture.width), inside(y, picture.height)];
  const rings = size >= 8 ? [INK, PAPER, PAPER, colour] : size > pixel ? [INK, PAPER] : [PAPER];
  for (const [inset, ring] of rings.entries()) {
    fill(picture, left + inset, top + inset, left + size - inset, top + size - inset, ring);
  }
}

/**
 * Draws a map beside and over its image. On the left the image, enlarged; on the right each area
 * the brighter the nearer it is to fooling the classifier, with a mark on each pixel that does. Below them the
 * scale, and the caption.
 * @param heat on the right, what no area covers stays grey
 */
export function drawHeatMap(image: Raster, { areas, marks, scale, caption }: Heat): Raster {
  const size = Math.max(1, Math.floor(SIDE / Math.max(image.width, image.height)));
  const panel = image.width * size;
  const width = Math.max(LEAST_WIDTH, panel + EDGE + panel);
  const top = image.height * size;
  const height = top + EDGE + BAR + EDGE + (LINE + EDGE) * (1 + caption.length);
  const data = new Uint8Array(width * height * 3).fill(255);
  const picture: Raster = { width, height, channels: 3, data };
  const square = (x: number, y: number, left: number, colour: Colour) =>
    fill(picture, left + x * size, y * size, left + (x + 1) * size, (y + 1) * size, colour);
  const right = width - panel;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      square(x, y, 0, colourAt(image, x, y));
      square(x, y, right, greyColour(colourAt(image, x, y)));
    }
  }
  for (const { x: first, y: upper, width, height, margin } of areas) {
    for (let y = upper; y < upper + height; y++) {
      for (let x = first; x < first + width; x++) {
        square(x, y, right, heatColour(margin, scale, colourAt(image, x, y)));
      }
    }
  }
  for (const { x, y, colour } of marks) {
    drawMark(picture, right + x * size, y * size, size, parseColour(colour));
  }
  drawLegend(picture, top, scale, caption);
  return picture;
}

function parseColour(text: string): Colour {
  const word = Number.parseInt(text.slice(1), 16);
  return [word >>> 16, (word >>> 8) & 255, word & 255];
}

function colourAt({ width, channels, data }: Raster, x: number, y: number): Colour {
  const at = (y * width + x) * channels;
  const [r, g = r, b = r] = data.subarray(at, at + channels);
  return [r!, g!, b!];
}

function drawLegend(picture: Raster, top: number, scale: Scale, caption: readonly string[]): void {
  const { width } = picture;
  const right = width - EDGE;
  const bar = top + EDGE;
  for (let x = EDGE; x < right; x++) {
    const colour = heatColour((x - EDGE) / (right - EDGE - 1), UNIT, [128, 128, 128]);
    fill(picture, x, bar, x + 1, bar + BAR, colour);
  }
  const words = bar + BAR + EDGE;
  const { from, to } = scaleEnds(scale);
  write(picture, from, EDGE, words);
  write(picture, "MARGIN", Math.round((width - widthOf("MARGIN")) / 2), words);
  write(picture, to, right - widthOf(to), words);
  const last = words + LINE + EDGE;
  drawMark(picture, EDGE, last, LINE, [255, 0, 255]);
  for (const [index, line] of caption.entries()) {
    write(picture, line, EDGE + LINE + EDGE, last + index * (LINE + EDGE));
  }
}
