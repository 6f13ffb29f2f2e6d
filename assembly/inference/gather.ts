import { count, windows } from "./batch";
import { LIST_HEADER } from "./program";

// What the windows of a batch hold, gathered before it is multiplied with one block of output channels after another:
// values one after another, and a list of the places of those that are not zero. A place counts values from the first.
// Neighbours in a row are gathered together, since their windows overlap.

/** Bytes for values: with the lists they stay in the nearer caches. */
const VALUES_ROOM = 0x6000;
/** What a copy may write beyond the end. */
const SPARE = 64;
/** Most positions, and most columns of neighbours' windows, that are gathered at once. */
const MOST_POSITIONS = 256;
const MOST_COLUMNS = 1024;

/** Most values, and most columns, of the piece of a window that is gathered at once. */
export const LARGEST_PIECE = VALUES_ROOM >> 2;
export const WIDEST_PIECE = MOST_COLUMNS;

const values = memory.data(VALUES_ROOM + SPARE, 16);
const lists = memory.data((VALUES_ROOM >> 1) + SPARE, 16);
/** Where the list of each column begins, and after them where the last one ends. */
const columnLists = memory.data((MOST_COLUMNS + 1) << 2, 4);

/** What was gathered of each position. */
export const parts = memory.data(MOST_POSITIONS << 4, 16);
export const PART_BYTES = 16;
export const PART_VALUES = 0; // where place 0 is; without lists, where the first row of the window begins
export const PART_LIST = 4; // where its list begins: places of two bytes
export const PART_END = 8; // where it ends
export const PART_FIRST = 12; // the place of its first value; without lists, bytes from one row to the next

let nextValue: usize = 0;
let nextList: usize = 0;

/**
 * Writes a list, whose entries are of type T, to `start` with `base` added to each. As all copies here it moves more than
 * there is: lists or other parts of the plan follow what is read, and there is room beyond what is written.
 * @returns the address after it
 */
function appendList<T>(list: usize, start: usize, base: v128): usize {
  const bytes = load<u32>(list);
  const end = start + (sizeof<T>() == 1 ? bytes << 1 : bytes);
  let from = list + LIST_HEADER;
  let to = start;
  do {
    if (sizeof<T>() == 1) {
      const channels = v128.load(from);
      v128.store(to, i16x8.add(base, i16x8.extend_low_i8x16_u(channels)));
      v128.store(to, i16x8.add(base, i16x8.extend_high_i8x16_u(channels)), 16);
    } else {
      v128.store(to, i16x8.add(base, v128.load(from)));
      v128.store(to, i16x8.add(base, v128.load(from, 16)), 16);
    }
    from += 16 * sizeof<T>();
    to += 32;
  } while (to < end);
  return end;
}

/** Appends some rows and columns of records. T is the type of a list's entries, or f32 where no list is needed. */
function appendRecords<T>(
  window: usize,
  rows: i32,
  columns: i32,
  pitch: i32,
  channels: i32,
  listed: i32,
): void {
  const bytes = channels << 2;
  const step = i16x8.splat(<i16>channels);
  let base = i16x8.splat(<i16>((nextValue - values) >> 2));
  let column = columnLists;
  let list = nextList;
  let to = nextValue;
  let line = window;
  for (const below = line + rows * pitch; line < below; line += pitch) {
    let entry = line;
    for (const end = entry + (columns << 2); entry < end; entry += 4) {
      let from = load<usize>(entry);
      if (!isFloat<T>()) {
        store<usize>(column, list);
        column += 4;
        list = appendList<T>(from + listed, list, base);
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
  }
  if (!isFloat<T>()) store<usize>(column, list);
  nextList = list;
  nextValue = to;
}

/** The part of a window of one position, whose values need no copy. */
function gatherPoint<T>(part: usize, record: usize, listed: i32): void {
  store<usize>(part, record, PART_VALUES);
  store<i32>(part, 0, PART_FIRST);
  if (isFloat<T>()) return;
  const list = record + listed;
  if (sizeof<T>() == 1) {
    store<usize>(part, nextList, PART_LIST);
    nextList = appendList<T>(list, nextList, i16x8.splat(0));
    store<usize>(part, nextList, PART_END);
  } else {
    store<usize>(part, list + LIST_HEADER, PART_LIST);
    store<usize>(part, list + LIST_HEADER + load<u32>(list), PART_END);
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

/**
 * Gathers the same piece of the windows of positions from index `first` on: `rows` × `columns` entries from `offset` on.
 * Several rows are gathered only without lists. T is the type of a list's entries, or f32 where no list is needed.
 * @returns the index after the last that there was room for
 */
export function gather<T>(
  first: i32,
  offset: i32,
  rows: i32,
  columns: i32,
  pitch: i32,
  stride: i32,
  channels: i32,
  listed: i32,
): i32 {
  const end = min(count, first + MOST_POSITIONS);
  const columnBytes = (rows * channels) << 2;
  let part = parts;
  nextValue = values;
  nextList = lists;
  for (let i = first; i < end; ) {
    const window = windows + (i << 2);
    const corner = load<usize>(window) + offset;
    if (rows * columns == 1) {
      if (sizeof<T>() == 1 && nextList + (channels << 1) > lists + (VALUES_ROOM >> 1)) return i;
      gatherPoint<T>(part, load<usize>(corner), listed);
      part += PART_BYTES;
      i++;
      continue;
    }
    const room = min(<i32>(values + VALUES_ROOM - nextValue) / columnBytes, MOST_COLUMNS) - columns;
    if (room < 0) return i;
    const run = columns > stride ? neighboursOf(window, min(end - i, room / stride + 1), stride) : 1;
    const wide = columns + (run - 1) * stride;
    let value = nextValue;
    appendRecords<T>(corner, rows, wide, pitch, channels, listed);
    let column = columnLists;
    for (let j = 0; j < run; j++) {
      if (isFloat<T>()) {
        store<usize>(part, value, PART_VALUES);
        store<i32>(part, (wide * channels) << 2, PART_FIRST);
      } else {
        store<usize>(part, values, PART_VALUES);
        store<usize>(part, load<usize>(column), PART_LIST);
        store<usize>(part, load<usize>(column + (columns << 2)), PART_END);
        store<i32>(part, <i32>(value - values) >> 2, PART_FIRST);
      }
      value += (stride * channels) << 2;
      column += stride << 2;
      part += PART_BYTES;
    }
    i += run;
  }
  return end;
}
