import type { Raster } from "../../core/image/raster.ts";
import { GLYPH_HEIGHT, GLYPH_WIDTH, hasDot } from "./glyphs.ts";
import { type Colour, greyColour, heatColour, largestMargin } from "./heat-colour.ts";

/** What is known of one pixel of the image. */
export interface HeatCell {
  readonly x: number;
  readonly y: number;
  /** Above 0: how far the pixel is from fooling the classifier. */
  readonly margin: number;
  /** The colour that fools it, `#rrggbb`; null if none does. */
  readonly mark: string | null;
}

/** The longer side of each panel is at most this many dots, unless the image itself has more. */
const SIDE = 384;
/** Least width, so that the legend's words fit. */
const LEAST_WIDTH = 336;
const EDGE = 8;
const DOT = 3;
const LINE = GLYPH_HEIGHT * DOT;
const BAR = 16;
const LEGEND = EDGE + BAR + EDGE + LINE + EDGE + LINE + EDGE;

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

/** A fooling pixel: its colour in a double ring, or where that finds no room, white. */
function drawMark(picture: Raster, left: number, top: number, size: number, colour: Colour): void {
  const rings = size < 8 ? [PAPER] : [INK, PAPER, PAPER, colour];
  for (const [inset, ring] of rings.entries()) {
    fill(picture, left + inset, top + inset, left + size - inset, top + size - inset, ring);
  }
}

/**
 * Draws a map beside and over its image. On the left the image, enlarged; on the right each pixel
 * the brighter the nearer it is to fooling the classifier, and ringed where it does. Beneath them the
 * scale, and how many fool.
 * @param cells of any pixels; on the right the others stay grey
 */
export function drawHeatMap(image: Raster, cells: readonly HeatCell[]): Raster {
  const size = Math.max(1, Math.floor(SIDE / Math.max(image.width, image.height)));
  const panel = image.width * size;
  const width = Math.max(LEAST_WIDTH, panel + EDGE + panel);
  const top = image.height * size;
  const height = top + LEGEND;
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
  const largest = largestMargin(cells);
  for (const { x, y, margin, mark } of cells) {
    if (mark) drawMark(picture, right + x * size, y * size, size, parseColour(mark));
    else square(x, y, right, heatColour(margin, largest, colourAt(image, x, y)));
  }
  drawLegend(picture, top, largest, cells);
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

function drawLegend(picture: Raster, top: number, largest: number, cells: readonly HeatCell[]): void {
  const { width } = picture;
  const right = width - EDGE;
  const bar = top + EDGE;
  for (let x = EDGE; x < right; x++) {
    const colour = heatColour((x - EDGE) / (right - EDGE - 1), 1, [128, 128, 128]);
    fill(picture, x, bar, x + 1, bar + BAR, colour);
  }
  const words = bar + BAR + EDGE;
  const end = largest.toFixed(1);
  write(picture, "0", EDGE, words);
  write(picture, "MARGIN", Math.round((width - widthOf("MARGIN")) / 2), words);
  write(picture, end, right - widthOf(end), words);
  const last = words + LINE + EDGE;
  const fooling = cells.filter(({ mark }) => mark !== null).length;
  drawMark(picture, EDGE, last, LINE, [255, 0, 255]);
  write(picture, `${fooling} OF ${cells.length} PIXELS FOOL`, EDGE + LINE + EDGE, last);
}
