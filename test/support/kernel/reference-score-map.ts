import type { Raster } from "../../../src/core/image/raster.ts";
import { logarithm } from "./reference-random.ts";
import { cornerColour, type Spot } from "./reference-search.ts";

const f32 = Math.fround;
/** exp(−d² ÷ 2) at distance d, to the digits that the kernel has. */
const SPREAD = [
  1, 0.60653067, 0.36787945, 0.22313017, 0.13533528, 0.082085, 0.049787067, 0.030197384, 0.018315639,
];

/** What each told loss says about every cell (a pixel with a corner colour); see assembly/search/score-map.ts. */
export class ScoreMap {
  readonly cells: { readonly spot: Spot; readonly contrast: number; weight: number; sum: number }[] = [];
  readonly barred = new Set<number>();
  readonly #colours: number;
  readonly #image: Raster;
  readonly #all = { count: 0, sum: 0, squares: 0 };
  readonly #byColour: { count: number; sum: number; squares: number }[];

  constructor(image: Raster) {
    this.#image = image;
    this.#colours = 2 ** image.channels;
    this.#byColour = Array.from({ length: this.#colours }, () => ({ count: 0, sum: 0, squares: 0 }));
    for (let position = 0; position < image.width * image.height; position++) {
      for (let corner = 0; corner < this.#colours; corner++) {
        const colour = cornerColour(corner, image);
        this.cells.push({
          spot: { position, colour },
          contrast: this.#contrast(position, colour),
          weight: 0,
          sum: 0,
        });
      }
    }
  }

  #contrast(position: number, colour: number): number {
    const { channels, data } = this.#image;
    let change = 0;
    for (let channel = 0; channel < channels; channel++) {
      const level = Math.floor(colour / 256 ** (channels - 1 - channel)) % 256;
      change += Math.abs(level - data[position * channels + channel]!);
    }
    return f32(change / (255 * channels));
  }

  /** The cells of one pixel. */
  pixelOf(cell: number): number[] {
    const first = Math.floor(cell / this.#colours) * this.#colours;
    return Array.from({ length: this.#colours }, (_, corner) => first + corner);
  }

  /** Spreads the logarithm of a loss, less another's, over the pixels and colours around. */
  learn(cell: number, loss: number): void {
    const colour = cell % this.#colours;
    for (const told of [this.#all, this.#byColour[colour]!]) {
      told.count++;
      told.sum += loss;
      told.squares += loss * loss;
    }
    const { width, height } = this.#image;
    const position = Math.floor(cell / this.#colours);
    const [x, y] = [position % width, Math.floor(position / width)];
    for (const toY of [-2, -1, 0, 1, 2]) {
      for (const toX of [-2, -1, 0, 1, 2]) {
        if (y + toY < 0 || y + toY >= height || x + toX < 0 || x + toX >= width) continue;
        const near = f32(SPREAD[toX ** 2 + toY ** 2]!);
        const cells = this.pixelOf((position + toY * width + toX) * this.#colours);
        for (const [other, index] of cells.entries()) {
          let weight = near;
          for (let bits = other ^ colour; bits > 0; bits >>= 1) if (bits & 1) weight = f32(weight * f32(0.3));
          const known = this.cells[index]!;
          known.sum = f32(known.sum + f32(weight * f32(loss)));
          known.weight = f32(known.weight + weight);
        }
      }
    }
  }

  /** The most promising cells that are not barred, the lowest first, of equals the first. */
  choose(most: number, gamma: number): number[] {
    const { count, sum, squares } = this.#all;
    const mean = count > 0 ? sum / count : 0;
    const deviation = count > 0 ? Math.sqrt(Math.max(0, squares / count - mean * mean)) : 0;
    const priors = this.#byColour.map((own) => f32(f32(0.3) * f32((own.sum + 2 * mean) / (own.count + 2))));
    const uncertainty = f32(0.5 * deviation);
    const bonus = f32(gamma * deviation);
    const chosen: { cell: number; score: number }[] = [];
    for (const [cell, known] of this.cells.entries()) {
      if (this.barred.has(cell)) continue;
      const weight = f32(known.weight + f32(0.3));
      const smoothed = f32(known.sum + priors[cell % this.#colours]!);
      const low = f32(f32(smoothed - f32(uncertainty * f32(Math.sqrt(weight)))) / weight);
      const score = f32(low - f32(bonus * known.contrast));
      const place = chosen.findIndex((other) => score < other.score);
      if (place < 0 && chosen.length === most) continue;
      chosen.splice(place < 0 ? chosen.length : place, 0, { cell, score });
      if (chosen.length > most) chosen.pop();
    }
    return chosen.map(({ cell }) => cell);
  }

  /** Up to 16 cells to begin with: the R2 sequence's positions, each with its corner of highest contrast. */
  first(): number[] {
    const { width, height } = this.#image;
    const chosen = new Set<number>();
    for (let n = 0; n < 16; n++) {
      const x = Math.floor(((0.5 + n * 0.7548776662466927) % 1) * width);
      const y = Math.floor(((0.5 + n * 0.5698402909980532) % 1) * height);
      const corners = this.pixelOf((y * width + x) * this.#colours);
      const cell = corners.reduce((a, b) => (this.cells[b]!.contrast > this.cells[a]!.contrast ? b : a));
      if (!this.barred.has(cell)) chosen.add(cell);
    }
    return [...chosen];
  }
}

/** The logarithm of a told loss; losses below 1e-30 and above 1e30 count as these. */
export function logarithmOf(told: number): number {
  return logarithm(Math.min(Math.max(told, 1e-30), 1e30));
}
