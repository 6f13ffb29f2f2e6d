/** Digits and capitals of 3×5 dots, to write in pictures. */

export const GLYPH_WIDTH = 3;
export const GLYPH_HEIGHT = 5;

/** Five octal digits a glyph, from the top row down; a row's bits are its dots, the leftmost the highest. */
const glyphs: Readonly<Record<string, number>> = {
  "0": 0o75557,
  "1": 0o26227,
  "2": 0o71747,
  "3": 0o71717,
  "4": 0o55711,
  "5": 0o74717,
  "6": 0o74757,
  "7": 0o71244,
  "8": 0o75757,
  "9": 0o75717,
  A: 0o25755,
  C: 0o34443,
  D: 0o65556,
  E: 0o74647,
  F: 0o74644,
  G: 0o34553,
  I: 0o72227,
  L: 0o44447,
  M: 0o57555,
  N: 0o65555,
  O: 0o25552,
  P: 0o65644,
  R: 0o65655,
  S: 0o34216,
  T: 0o72222,
  X: 0o55255,
  ".": 0o00002,
};

/** Whether the glyph of a character has a dot there; other characters than those above are blanks. */
export function hasDot(character: string, column: number, row: number): boolean {
  const bits = ((glyphs[character] ?? 0) >>> ((GLYPH_HEIGHT - 1 - row) * 3)) & 7;
  return ((bits >>> (GLYPH_WIDTH - 1 - column)) & 1) === 1;
}
