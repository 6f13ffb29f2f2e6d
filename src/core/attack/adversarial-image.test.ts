import { expect, test } from "vitest";
import type { Raster } from "../image/raster.ts";
import { changedPixels, colourAt, hexColour, withPixels } from "./adversarial-image.ts";

/** Three columns and two rows, no two samples alike. */
const colour: Raster = {
  width: 3,
  height: 2,
  channels: 3,
  data: Uint8Array.from({ length: 18 }, (_, index) => index * 13 + 1),
};
const grey: Raster = { width: 3, height: 2, channels: 1, data: Uint8Array.of(1, 20, 30, 140, 250, 255) };

test("a colour word is red, green and blue from the highest byte on, or one grey", () => {
  expect(colourAt(colour, 0)).toBe(0x010e1b);
  expect(colourAt(colour, 4)).toBe(0x9daab7);
  expect(colourAt(grey, 3)).toBe(140);
  expect(hexColour(0x010e1b, 3)).toBe("#010e1b");
  expect(hexColour(0xfe, 1)).toBe("#fefefe");
  expect(hexColour(5, 1)).toBe("#050505");
});

test("pixels are set by column and row in a copy, and are what then differs, in reading order", () => {
  const changed = withPixels(colour, [
    { x: 1, y: 1, colour: "#00ff80" },
    { x: 2, y: 0, colour: "#0a0b0c" },
  ]);
  const expected = [...colour.data];
  expected.splice(12, 3, 0, 255, 128);
  expected.splice(6, 3, 10, 11, 12);
  expect([...changed.data]).toEqual(expected);
  expect(colour.data[12]).toBe(157);
  expect(changedPixels(colour, changed)).toEqual([
    { x: 2, y: 0, from: "#4f5c69", to: "#0a0b0c" },
    { x: 1, y: 1, from: "#9daab7", to: "#00ff80" },
  ]);
  expect(changedPixels(colour, colour)).toEqual([]);
});

test("a greyscale image takes greys", () => {
  const changed = withPixels(grey, [{ x: 0, y: 1, colour: "#7b7b7b" }]);
  expect([...changed.data]).toEqual([1, 20, 30, 0x7b, 250, 255]);
  expect(changedPixels(grey, changed)).toEqual([{ x: 0, y: 1, from: "#8c8c8c", to: "#7b7b7b" }]);
  for (const wrong of ["#7b7b7c", "#7c7b7b", "#7b7c7b"]) {
    expect(() => withPixels(grey, [{ x: 0, y: 1, colour: wrong }])).toThrow(
      new RangeError(`${wrong} is not grey, and the image is greyscale`),
    );
  }
});

test.each([
  [3, 0],
  [0, 2],
  [7, 9],
])("a pixel at %i, %i is outside an image of 3×2 pixels", (x, y) => {
  expect(() => withPixels(colour, [{ x, y, colour: "#000000" }])).toThrow(
    new RangeError(`x ${x}, y ${y} is outside the image of 3×2 pixels`),
  );
});
