/** Units of one em, in which the widths below are given. */
const EM = 2048;

/** Advance widths of Verdana Regular (its `hmtx` table), each with the characters that have it. */
const WIDTHS: readonly (readonly [width: number, characters: string])[] = [
  [550, "'"],
  [562, "il"],
  [705, "j"],
  [720, " f"],
  [745, ",.·"],
  [806, "!"],
  [807, "t"],
  [862, "I"],
  [874, "r"],
  [930, "()-/:;[\\]|"],
  [931, "J"],
  [940, '"'],
  [1067, "cs"],
  [1076, "z"],
  [1117, "?"],
  [1140, "L"],
  [1177, "F"],
  [1212, "kvxy"],
  [1220, "e"],
  [1230, "a"],
  [1235, "P"],
  [1243, "o"],
  [1260, "Y"],
  [1262, "T"],
  [1276, "bdgpq"],
  [1295, "E"],
  [1296, "hnu"],
  [1300, "{}"],
  [1302, "$*0123456789_`–"],
  [1400, "ASV"],
  [1403, "XZ"],
  [1404, "B"],
  [1419, "K"],
  [1424, "R"],
  [1430, "C"],
  [1488, "&"],
  [1499, "U"],
  [1532, "N"],
  [1539, "H"],
  [1578, "D"],
  [1588, "G"],
  [1612, "OQ"],
  [1676, "#+<=>^w~×…≤≥"],
  [1726, "M"],
  [1992, "m"],
  [2025, "W"],
  [2048, "@—"],
  [2204, "%"],
];

const WIDTH_OF: ReadonlyMap<string, number> = new Map(
  WIDTHS.flatMap(([width, characters]) => Array.from(characters, (character) => [character, width] as const)),
);

/**
 * The width of a text in Verdana, without kerning, in the unit of `size`. A character that the table
 * does not know counts as an "m", the widest letter but one, so that a text is rather given too much room than too little.
 */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const character of text) units += WIDTH_OF.get(character) ?? WIDTH_OF.get("m")!;
  return (units / EM) * size;
}
