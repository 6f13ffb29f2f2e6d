import { count, windows } from "./batch";
import { LIST_HEADER, LIST_OF_BYTES } from "./program";

// What the windows of a batch hold, gathered before it is multiplied with one block of output channels after another: for
// each row of a window its values one after another, and a list of the places of those that are not zero. A place counts
// values from the first. Neighbours are gathered together, since their windows overlap.

/** Bytes for values: with the lists they stay in the second-level cache. */
const VALUES_ROOM = 0x10000;
const LISTS_ROOM = VALUES_ROOM >> 1;
/** What a copy may write beyond the end. */
const SPARE = 64;
/** Most parts, and most columns of neighbours' windows, that are gathered at once. */
const MOST_PARTS = 768;
const MOST_COLUMNS = 1024;

/** Most values, columns and rows of the piece of a window that is gathered at once. */
export const LARGEST_PIECE = VALUES_ROOM >> 2;
export const WIDEST_PIECE = MOST_COLUMNS;
export const TALLEST_PIECE = 64;

const values = memory.data(VALUES_ROOM + SPARE, 16);
const lists = memory.data(LISTS_ROOM + SPARE, 16);
/** Where the list of each column begins, and after them where the last one ends. */
const columnLists = memory.data((MOST_COLUMNS + 1) << 2, 4);

/** What was gathered of each position: of its window's first row, then of the next, `partsOfRow` bytes further. */
export const parts = memory.data(MOST_PARTS << 4, 16);
export let partsOfRow: i32 = 0;
export const PART_BYTES = 16;
export const PART_VALUES = 0; // where place 0 is; without lists, where the values begin
export const PART_LIST = 4; // where its list begins: places of two bytes
export const PART_END = 8; // where it ends
export const PART_FIRST = 12; // the place of its first value

let nextValue: usize = 0;
let nextList: usize = 0;

/**
 * Writes a list of bytes to `start` with `base` added to each. As all copies here it moves more than there is: lists or other
 * parts of the plan follow what is read, and there is room beyond what is written.
 * @returns the address after it
 */
function appendList(list: usize, start: usize, base: v128): usize {
  const end = start + (load<usize>(list) << 1);
  let from = list + LIST_HEADER;
  let to = start;
  do {
    const channels = v128.load(from);
    v128.store(to, i16x8.add(base, i16x8.extend_low_i8x16_u(channels)));
    v128.store(to, i16x8.add(base, i16x8.extend_high_i8x16_u(channels)), 16);
    from += 16;
    to += 32;
  } while (to < end);
  return end;
}

/** Appends records of a row, whose lists are of bytes. T is u8, or f32 where no list is needed. */
function appendRecords<T>(window: usize, columns: i32, channels: i32, listed: i32): void {
  const bytes = channels << 2;
  const step = i16x8.splat(<i16>channels);
  let base = i16x8.splat(<i16>((nextValue - values) >> 2));
  let column = columnLists;
  let list = nextList;
  let to = nextValue;
  let entry = window;
  for (const end = entry + (columns << 2); entry < end; entry += 4) {
    let from = load<usize>(entry);
    if (!isFloat<T>()) {
      store<usize>(column, list);
      column += 4;
      list = appendList(from + listed, list, base);
      base = i16x8.add(base, step);
    }
    const next = to + bytes;
    if (channels < 16) {
      for (let value = to; value < next; value += 16) {
        v128.store(value, v128.load(from));
        from += 16;
      }
    } else {
      let value = to;
      do {
        v128.store(value, v128.load(from));
        v128.store(value, v128.load(from, 16), 16);
        v128.store(value, v128.load(from, 32), 32);
        v128.store(value, v128.load(from, 48), 48);
        from += 64;
        value += 64;
      } while (value < next);
    }
    to = next;
  }
  if (!isFloat<T>()) store<usize>(column, list);
  nextList = list;
  nextValue = to;
}

/** Gathers one row of the windows of `run` neighbours, which begin `stride` columns apart. */
function gatherRow<T>(
  first: usize,
  window: usize,
  columns: i32,
  run: i32,
  stride: i32,
  channels: i32,
  listed: i32,
): void {
  let value = nextValue;
  appendRecords<T>(window, columns + (run - 1) * stride, channels, listed);
  let column = columnLists;
  for (let part = first, end = first + run * PART_BYTES; part < end; part += PART_BYTES) {
    if (isFloat<T>()) {
      store<usize>(part, value, PART_VALUES);
    } else {
      store<usize>(part, values, PART_VALUES);
      store<usize>(part, load<usize>(column), PART_LIST);
      store<usize>(part, load<usize>(column + (columns << 2)), PART_END);
      store<i32>(part, <i32>(value - values) >> 2, PART_FIRST);
      column += stride << 2;
    }
    value += (stride * channels) << 2;
  }
}

/** How many windows from `window` on, at most `most`, begin `stride` columns after the one before. */
function neighboursOf(window: usize, most: i32, stride: i32): i32 {
  let neighbours = 1;
  let at = load<usize>(window);
  while (neighbours < most) {
    at += stride << 2;
    if (load<usize>(window + (neighbours << 2)) != at) break;
    neighbours++;
  }
  return neighbours;
}

/** How many rows, fewer than `rows`, the windows from `corner` on are below those from `above` on; `rows` if none. */
function rowsBelow(corner: usize, above: usize, rows: i32, pitch: i32): i32 {
  let at = above;
  for (let row = 1; row < rows; row++) {
    at += pitch;
    if (at == corner) return row;
  }
  return rows;
}

/**
 * Gathers the same piece of the windows of positions from index `first` on: `rows` × `columns` entries from `offset` on.
 * What the neighbours above have gathered is taken from them. T is as in `appendRecords`.
 * @returns the index after the last that there was room for
 */
export function gatherWindows<T>(
  first: i32,
  offset: i32,
  rows: i32,
  columns: i32,
  pitch: i32,
  stride: i32,
  channels: i32,
  listed: i32,
): i32 {
  const most = MOST_PARTS / rows;
  const end = min(count, first + most);
  const columnBytes = (rows * channels) << 2;
  let part = parts;
  let above: usize = 0;
  let runAbove = 0;
  partsOfRow = most * PART_BYTES;
  nextValue = values;
  nextList = lists;
  for (let i = first; i < end; ) {
    const room = min(<i32>(values + VALUES_ROOM - nextValue) / columnBytes, MOST_COLUMNS) - columns;
    if (room < 0) return i;
    const window = windows + (i << 2);
    const corner = load<usize>(window) + offset;
    const run = columns > stride ? neighboursOf(window, min(end - i, room / stride + 1), stride) : 1;
    const below = run == runAbove ? rowsBelow(corner, above, rows, pitch) : rows;
    const bytes = run * PART_BYTES;
    let row = part;
    for (let known = below; known < rows; known++) {
      const from = row + below * partsOfRow - bytes;
      for (let at = 0; at < bytes; at += PART_BYTES) v128.store(row + at, v128.load(from + at));
      row += partsOfRow;
    }
    for (let unknown = rows - below; unknown < rows; unknown++) {
      gatherRow<T>(row, corner + unknown * pitch, columns, run, stride, channels, listed);
      row += partsOfRow;
    }
    above = corner;
    runAbove = run;
    part += bytes;
    i += run;
  }
  return end;
}

/**
 * The entry at `offset` of each window, whose values need no copy, and whose list needs none if its entries, of type T, have
 * two bytes. T is f32 where no list is needed.
 * @returns the index after the last that there was room for
 */
export function gatherEntries<T>(first: i32, offset: i32, listed: i32): i32 {
  const end = min(count, first + MOST_PARTS);
  const base = i16x8.splat(0);
  let part = parts;
  let next = lists;
  for (let i = first; i < end; i++) {
    const record = load<usize>(load<usize>(windows + (i << 2)) + offset);
    const list = record + listed;
    store<usize>(part, record, PART_VALUES);
    store<i32>(part, 0, PART_FIRST);
    if (sizeof<T>() == 1) {
      if (next + (LIST_OF_BYTES << 1) > lists + LISTS_ROOM) return i;
      store<usize>(part, next, PART_LIST);
      next = appendList(list, next, base);
      store<usize>(part, next, PART_END);
    } else if (sizeof<T>() == 2) {
      store<usize>(part, list + LIST_HEADER, PART_LIST);
      store<usize>(part, list + LIST_HEADER + load<usize>(list), PART_END);
    }
    part += PART_BYTES;
  }
  return end;
}
