import { type Engine, referenceOf } from "../oracle/oracle.ts";
import { tieAllowance } from "../oracle/tie-allowance.ts";
import { hexColour } from "./adversarial-image.ts";
import { type AttackContext, oracleFor } from "./context.ts";
import { coloursOf, cornerCount } from "./corners.ts";
import { argmax, type Goal, marginOf } from "./objectives.ts";
import { type AttackInput, type OptionBounds, OptionError, resolveOptions } from "./options/options.ts";
import type { AttackSettings } from "./options/settings.ts";
import { type Certificate, type Prediction, predictionOf } from "./result.ts";
import { search } from "./search.ts";
import type { Stopped } from "./stopped.ts";

/** Every option of a map, resolved. Sending them again gives the same bytes. */
export type MapSettings = Pick<AttackSettings, "label" | "budget" | "engine" | "probabilities">;

/** The options of a map as a caller gives them. */
export type MapInput = Pick<AttackInput, keyof MapSettings>;

/** A corner colour of a pixel that fools the classifier. */
export interface FoolingColour {
  /** `#rrggbb` */
  readonly colour: string;
  /** The label that the classifier then predicts. */
  readonly label: string;
  readonly probability: number;
}

export interface MapPixel {
  readonly x: number;
  readonly y: number;
  /** The smallest log p_y − max log p_j over the pixel's corner colours; below 0 where one fools. */
  readonly margin: number;
  /** Sorted by colour, ascending. */
  readonly fooling: readonly FoolingColour[];
}

export interface MapResult {
  readonly label: string;
  readonly before: Prediction;
  readonly width: number;
  readonly height: number;
  /** The pixels whose every colour was tried, in reading order: all pixels, unless the map stopped early. */
  readonly pixels: readonly MapPixel[];
  readonly cost: { readonly queries: number; readonly budget: number };
  readonly settings: MapSettings;
  /** null if nothing was tried because the classifier is wrong before any pixel changes. */
  readonly stopped: Stopped | null;
  /** null unless every colour of every pixel was tried. */
  readonly certificate: Certificate | null;
  readonly engine: Engine;
}

export interface MapRequest extends AttackContext {
  readonly settings: MapSettings;
}

/**
 * Resolves the options of a map. The default budget is what the map needs.
 * @throws OptionError naming the first option that cannot be honoured
 */
export function resolveMap(input: MapInput, bounds: OptionBounds): MapSettings {
  const { width, height, maxBudget } = bounds;
  const corners = cornerCount(bounds);
  if (corners > maxBudget) {
    throw new OptionError(
      "model",
      `takes images of ${width}×${height} pixels, and a map of that size needs ${corners} queries: more than the ${maxBudget} allowed for one request.`,
    );
  }
  const { label, budget, engine, probabilities } = resolveOptions(
    { ...input, budget: input.budget ?? corners },
    bounds,
  );
  if (budget < corners) {
    throw new OptionError(
      "budget",
      `must be at least ${corners}, not ${budget}: a map tries every corner colour of every pixel.`,
    );
  }
  return { label, budget, engine, ...(probabilities && { probabilities }) };
}

/** What the scan has found about one pixel. */
interface Cell {
  tried: number;
  margin: number;
  readonly fooling: [colour: number, probabilities: Float32Array][];
}

/**
 * Sets every pixel to each of its corner colours and reports which ones fool the classifier, and into which label.
 * @throws OptionError if the option `engine` cannot be honoured
 */
export async function mapPixels(request: MapRequest): Promise<MapResult> {
  const { classifier, image, settings } = request;
  const { labels } = classifier.manifest;
  const { width, height, channels } = image;
  const clean = await classifier.probabilities(image);
  const label = settings.label === null ? argmax(clean) : labels.indexOf(settings.label);
  const common = { label: labels[label]!, before: predictionOf(labels, clean), width, height, settings };
  const { budget } = settings;
  if (argmax(clean) !== label) {
    const cost = { queries: 0, budget };
    return { ...common, pixels: [], cost, stopped: null, certificate: null, engine: referenceOf(classifier) };
  }

  const cells = Array.from(
    { length: width * height },
    (): Cell => ({ tried: 0, margin: Number.POSITIVE_INFINITY, fooling: [] }),
  );
  const learn = (position: number, colour: number, row: Float32Array) => {
    const cell = cells[position]!;
    cell.tried++;
    cell.margin = Math.min(cell.margin, marginOf(row, label));
    if (argmax(row) !== label) cell.fooling.push([colour, row.slice()]);
  };
  const corners = { search: "corners" } as const;
  const limited = { ...request, ties: tieAllowance(classifier, budget, image) };
  const { kernel, oracle, slice } = await oracleFor(
    limited,
    { ...settings, pixels: 1, search: corners },
    clean,
  );
  const goal: Goal = { label, target: null };
  const { queries, stopped } = await search({
    kernel,
    oracle,
    slice,
    goal,
    rule: { objective: "margin", stop: "flip" },
    seed: 0,
    exhaustive: true,
    onQueried: (encoded, row) => learn(encoded[0]!, encoded[1]!, row),
    signal: request.signal,
    onProgress: request.onProgress,
    pause: request.pause,
  });

  const colours = coloursOf(image);
  const pixels = cells.flatMap(({ tried, margin, fooling }, position): MapPixel[] => {
    if (tried < colours) return [];
    const x = position % width;
    const changes = fooling.toSorted(([a], [b]) => a - b);
    return [
      {
        x,
        y: (position - x) / width,
        margin,
        fooling: changes.map(([colour, row]) => {
          const { label, probability } = predictionOf(labels, row);
          return { colour: hexColour(colour, channels), label, probability };
        }),
      },
    ];
  });
  const isScanned = stopped === "exhausted";
  const fooling = pixels.reduce((sum, pixel) => sum + pixel.fooling.length, 0);
  return {
    ...common,
    pixels,
    cost: { queries, budget },
    stopped,
    certificate: isScanned ? { corners: cornerCount(image), fooling } : null,
    engine: oracle.engine,
  };
}
