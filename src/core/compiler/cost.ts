/** What a network costs to compute, and how much of it one changed pixel touches. */
import type { PlanCost } from "../kernel/plan.ts";
import { windowsOf } from "./geometry.ts";
import { type Layer, sizeOf } from "./layer.ts";

/** For each row (or column) of the image, the first and the last row of a layer that it touches; first > last: none. */
type Spans = readonly (readonly [first: number, last: number])[];

interface Region {
  readonly rows: Spans;
  readonly columns: Spans;
}

const NONE = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;

const isVector = ({ shape }: Layer): boolean => shape.height === 1 && shape.width === 1;

/** Through windows: `table` has the first and the last window of each position. */
function through(spans: Spans, table: Int32Array): Spans {
  return spans.map(([first, last]) => (first > last ? NONE : [table[first * 2]!, table[last * 2 + 1]!]));
}

/** The smallest spans around both. */
function around(a: Spans, b: Spans): Spans {
  return a.map(([first, last], i) => [Math.min(first, b[i]![0]), Math.max(last, b[i]![1])]);
}

function regionOf(layer: Layer, image: Region, regions: ReadonlyMap<Layer, Region>): Region {
  const { operation, inputs, shape, window } = layer;
  if (operation === "image") return image;
  const none: Region = { rows: image.rows.map(() => NONE), columns: image.columns.map(() => NONE) };
  if (window !== undefined) {
    const table = windowsOf(window, inputs[0]!.shape, shape);
    const { rows, columns } = regions.get(inputs[0]!)!;
    const split = inputs[0]!.shape.height * 2;
    return { rows: through(rows, table), columns: through(columns, table.subarray(split)) };
  }
  return inputs.reduce((region, input) => {
    const { rows, columns } = regions.get(input)!;
    const whole = (size: number) => (span: readonly [number, number]) =>
      span[0] > span[1] ? NONE : ([0, size - 1] as const);
    // A vector goes into every position.
    const spreads = isVector(input) && !isVector(layer);
    return {
      rows: around(region.rows, spreads ? rows.map(whole(shape.height)) : rows),
      columns: around(region.columns, spreads ? columns.map(whole(shape.width)) : columns),
    };
  }, none);
}

/** The mean length of spans on an axis of `size`, as a part of it. */
function meanPart(spans: Spans, size: number): number {
  const total = spans.reduce((sum, [first, last]) => sum + Math.max(0, last - first + 1), 0);
  return total / spans.length / size;
}

function multiplyAddsOf({ operation, inputs, shape, window, weights }: Layer): number {
  const positions = shape.height * shape.width;
  if (operation === "convolution" || operation === "depthwise") return positions * weights.length;
  if (window !== undefined) return sizeOf(shape) * window.kernelHeight * window.kernelWidth;
  return sizeOf(shape) * inputs.length;
}

/**
 * The cost of each layer.
 * @param layers in order, the image first
 */
export function costsOf(layers: readonly Layer[]): PlanCost[] {
  const { height, width } = layers[0]!.shape;
  const own = (size: number): Spans => Array.from({ length: size }, (_, i) => [i, i]);
  const image = { rows: own(height), columns: own(width) };
  const regions = new Map<Layer, Region>();
  return layers.map((layer) => {
    const region = regionOf(layer, image, regions);
    regions.set(layer, region);
    // Rows depend on the pixel's row alone, and columns on its column: the mean of the product is the product.
    const touched = meanPart(region.rows, layer.shape.height) * meanPart(region.columns, layer.shape.width);
    return { multiplyAdds: multiplyAddsOf(layer), touched };
  });
}
