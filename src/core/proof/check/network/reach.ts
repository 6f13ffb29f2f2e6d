/** The size of a tensor; its values are ordered by row, column, channel. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Rows and columns from the first to the last. */
export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Which rows, or columns, of the output depend on each one of the input: from the first to the last; none if first > last. */
interface Span {
  readonly first: Int32Array;
  readonly last: Int32Array;
}

/** Which positions of an output depend on which of an input. */
export interface Reach {
  readonly rows: Span;
  readonly columns: Span;
}

export function sizeOf({ height, width, channels }: Shape): number {
  return height * width * channels;
}

export function wholeOf({ height, width }: Shape): Rectangle {
  return { top: 0, bottom: height - 1, left: 0, right: width - 1 };
}

function emptySpan(length: number): Span {
  return { first: new Int32Array(length).fill(0x7fffffff), last: new Int32Array(length).fill(-1) };
}

function widen({ first, last }: Span, from: number, to: number): void {
  if (to < first[from]!) first[from] = to;
  if (to > last[from]!) last[from] = to;
}

/**
 * The reach of a map that is given as pairs of positions.
 * @param inputs positions, row × width + column, of the input
 * @param outputs those of the output that depend on them
 */
export function reachOf(from: Shape, to: Shape, inputs: Int32Array, outputs: Int32Array): Reach {
  const rows = emptySpan(from.height);
  const columns = emptySpan(from.width);
  for (const [i, input] of inputs.entries()) {
    const output = outputs[i]!;
    widen(rows, Math.floor(input / from.width), Math.floor(output / to.width));
    widen(columns, input % from.width, output % to.width);
  }
  return { rows, columns };
}

function through({ first, last }: Span, low: number, high: number): [number, number] {
  let least = 0x7fffffff;
  let most = -1;
  for (let i = low; i <= high; i++) {
    least = Math.min(least, first[i]!);
    most = Math.max(most, last[i]!);
  }
  return [least, most];
}

/** The outputs that depend on a rectangle of inputs, or null if none does. */
export function reached({ rows, columns }: Reach, { top, bottom, left, right }: Rectangle): Rectangle | null {
  const [firstRow, lastRow] = through(rows, top, bottom);
  const [firstColumn, lastColumn] = through(columns, left, right);
  if (firstRow > lastRow || firstColumn > lastColumn) return null;
  return { top: firstRow, bottom: lastRow, left: firstColumn, right: lastColumn };
}

/** The least rectangle that holds two. */
export function union(a: Rectangle | null, b: Rectangle | null): Rectangle | null {
  if (a === null || b === null) return a ?? b;
  return {
    top: Math.min(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    left: Math.min(a.left, b.left),
    right: Math.max(a.right, b.right),
  };
}

/** Calls `visit` with each row of a rectangle, as a range of values: from the first to before the end. */
export function eachRow(
  { width, channels }: Shape,
  { top, bottom, left, right }: Rectangle,
  visit: (first: number, end: number) => void,
): void {
  for (let row = top; row <= bottom; row++) {
    visit((row * width + left) * channels, (row * width + right + 1) * channels);
  }
}

/** The same for the values outside a rectangle. */
export function eachRowOutside(
  shape: Shape,
  inner: Rectangle | null,
  visit: (first: number, end: number) => void,
): void {
  const { height, width, channels } = shape;
  if (inner === null) {
    visit(0, sizeOf(shape));
    return;
  }
  visit(0, inner.top * width * channels);
  for (let row = inner.top; row <= inner.bottom; row++) {
    visit(row * width * channels, (row * width + inner.left) * channels);
    visit((row * width + inner.right + 1) * channels, (row + 1) * width * channels);
  }
  visit((inner.bottom + 1) * width * channels, height * width * channels);
}
