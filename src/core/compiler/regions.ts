/** Which positions of each layer one changed pixel touches. */
import { windowsOf } from "./geometry.ts";
import type { Layer } from "./layer.ts";

type Span = readonly [first: number, last: number];

/**
 * For each row (or column) of the image, the first and the last row of a layer that it affects; none if
 * first > last.
 */
export type Spans = readonly Span[];

interface Rectangles {
  readonly rows: Spans;
  readonly columns: Spans;
}

/** A pixel touches its row's rows in its column's columns. */
export interface Region extends Rectangles {
  /** Whether it touches every position of that rectangle; otherwise some of them. */
  readonly isExact: boolean;
}

const NONE = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;

const isEmpty = ([first, last]: Span): boolean => first > last;
const isVector = ({ shape }: Layer): boolean => shape.height === 1 && shape.width === 1;

/** Through windows: `table` has the first and the last window of each position. */
function through(spans: Spans, table: Int32Array): Spans {
  return spans.map((span) => (isEmpty(span) ? NONE : [table[span[0] * 2]!, table[span[1] * 2 + 1]!]));
}

/** The smallest spans around both. */
function around(a: Spans, b: Spans): Spans {
  return a.map(([first, last], i) => [Math.min(first, b[i]![0]), Math.max(last, b[i]![1])]);
}

function hold(spans: Spans, others: Spans): boolean {
  return spans.every(([first, last], i) => {
    const other = others[i]!;
    return isEmpty(other) || (first <= other[0] && other[1] <= last);
  });
}

/** Whether the rectangles of one region hold those of the other, whichever pixel is changed. */
export function holds(region: Rectangles, other: Rectangles): boolean {
  return hold(region.rows, other.rows) && hold(region.columns, other.columns);
}

function regionOf(layer: Layer, image: Region, regions: ReadonlyMap<Layer, Region>): Region {
  const { operation, inputs, shape } = layer;
  if (operation === "image") return image;
  const table = windowsOf(layer);
  if (table !== undefined) {
    const { rows, columns, isExact } = regions.get(inputs[0]!)!;
    const split = inputs[0]!.shape.height * 2;
    return { rows: through(rows, table), columns: through(columns, table.subarray(split)), isExact };
  }
  const whole = (size: number) => (span: Span) => (isEmpty(span) ? NONE : ([0, size - 1] as const));
  const parts = inputs.map((input): Region => {
    const region = regions.get(input)!;
    // A vector affects every position.
    if (!isVector(input) || isVector(layer)) return region;
    const { rows, columns, isExact } = region;
    return { rows: rows.map(whole(shape.height)), columns: columns.map(whole(shape.width)), isExact };
  });
  const none: Rectangles = {
    rows: image.rows.map(() => NONE),
    columns: image.columns.map(() => NONE),
  };
  const union = parts.reduce(
    (all, { rows, columns }) => ({ rows: around(all.rows, rows), columns: around(all.columns, columns) }),
    none,
  );
  const isExact = parts.length === 0 || parts.some((part) => part.isExact && holds(part, union));
  return { ...union, isExact };
}

/**
 * The region of each layer.
 * @param layers in order, the image first
 */
export function regionsOf(layers: readonly Layer[]): ReadonlyMap<Layer, Region> {
  const { height, width } = layers[0]!.shape;
  const own = (size: number): Spans => Array.from({ length: size }, (_, i) => [i, i]);
  const image = { rows: own(height), columns: own(width), isExact: true };
  const regions = new Map<Layer, Region>();
  for (const layer of layers) regions.set(layer, regionOf(layer, image, regions));
  return regions;
}

const longest = (spans: Spans): number =>
  Math.max(...spans.map((span) => (isEmpty(span) ? 0 : span[1] - span[0] + 1)));

/** The most positions that one changed pixel touches. */
export function mostTouched({ rows, columns }: Region): number {
  return longest(rows) * longest(columns);
}
