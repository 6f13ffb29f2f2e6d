import type { AttackOracle } from "../../oracle/create-oracle.ts";
import { hexColour } from "../adversarial-image.ts";
import type { AttackContext } from "../context.ts";
import { coloursOf, cornerCount } from "../corners.ts";
import { argmax, marginOf } from "../objectives.ts";
import { predictionOf } from "../result.ts";
import { search } from "../search.ts";
import type { MapPixel, MapResult } from "./result.ts";

type Scanned = Pick<MapResult, "pixels" | "stopped" | "certificate"> & { readonly queries: number };

/** What the scan has found about one pixel. */
interface Cell {
  tried: number;
  margin: number;
  readonly fooling: [colour: number, probabilities: Float32Array][];
}

/**
 * Maps every pixel in every corner colour.
 * @param label the index of the true label
 */
export async function scanMap(
  { classifier, image, signal, onProgress, pause }: AttackContext,
  { kernel, oracle, slice }: AttackOracle,
  label: number,
): Promise<Scanned> {
  const { labels } = classifier.manifest;
  const { width, height, channels } = image;
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
  const { queries, stopped } = await search({
    kernel,
    oracle,
    slice,
    goal: { label, target: null },
    rule: { objective: "margin", stop: "flip" },
    seed: 0,
    exhaustive: true,
    onQueried: (encoded, row) => learn(encoded[0]!, encoded[1]!, row),
    signal,
    onProgress,
    pause,
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
    pixels,
    queries,
    stopped,
    certificate: isScanned ? { corners: cornerCount(image), fooling } : null,
  };
}
