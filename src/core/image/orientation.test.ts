import { describe, test } from "vitest";
import { readOrientation } from "./orientation.ts";

describe("an EXIF block", () => {
  const ORIENTATION = 0x0112;
  const [SHORT, LONG] = [3, 4];

  /** A TIFF structure, little-endian, whose first directory has these entries. */
  function exif(
    entries: readonly (readonly [tag: number, type: number, value: number])[],
    cut = 0,
  ): Uint8Array {
    const view = new DataView(new ArrayBuffer(8 + 2 + 12 * entries.length));
    view.setUint16(0, 0x4949);
    view.setUint16(2, 42, true);
    view.setUint32(4, 8, true);
    view.setUint16(8, entries.length, true);
    for (const [index, [tag, type, value]] of entries.entries()) {
      view.setUint16(10 + index * 12, tag, true);
      view.setUint16(12 + index * 12, type, true);
      view.setUint32(14 + index * 12, 1, true);
      view.setUint16(18 + index * 12, value, true);
    }
    return new Uint8Array(view.buffer, 0, view.byteLength - cut);
  }

  test.for<[string, Uint8Array, number]>([
    ["the only entry", exif([[ORIENTATION, SHORT, 6]]), 6],
    [
      "a later entry",
      exif([
        [0x010f, SHORT, 3],
        [ORIENTATION, SHORT, 8],
      ]),
      8,
    ],
    ["another tag of the same type", exif([[0x010f, SHORT, 3]]), 1],
    ["the tag with another type", exif([[ORIENTATION, LONG, 6]]), 1],
    [
      "the tag with another type, then the right one",
      exif([
        [ORIENTATION, LONG, 3],
        [ORIENTATION, SHORT, 6],
      ]),
      6,
    ],
    ["an entry that is cut off", exif([[ORIENTATION, SHORT, 6]], 1), 1],
    ["a directory that is cut off", exif([], 1), 1],
    ["an empty directory", exif([]), 1],
    ["nothing", new Uint8Array(0), 1],
  ])("says by %s what the orientation is", ([, block, orientation], { expect }) => {
    expect(readOrientation(block)).toBe(orientation);
  });
});
