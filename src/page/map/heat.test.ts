import { expect, test } from "vitest";
import { heatOfPixels } from "../../report/map/draw-map.ts";
import { scaleOf } from "../../report/map/heat-colour.ts";
import { drawHeatMap } from "../../report/map/heat-map.ts";
import { heatData } from "./heat.ts";

const SIZE = 4;
const rgb = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, index) => (index * 53) % 256);
const rgba = Uint8ClampedArray.from({ length: SIZE * SIZE * 4 }, (_, index) =>
  index % 4 === 3 ? 255 : rgb[Math.floor(index / 4) * 3 + (index % 4)]!,
);
/** Every pixel but the last; the second fools the classifier. */
const pixels = Array.from({ length: SIZE * SIZE - 1 }, (_, index) => ({
  x: index % SIZE,
  y: Math.floor(index / SIZE),
  margin: index === 1 ? -0.5 : index * 0.7,
  fooling: index === 1 ? [{ colour: "#ff00ff", label: "dog", probability: 0.6 }] : [],
}));

test("the page draws a map in the colours of the API's picture", () => {
  const picture = drawHeatMap({ width: SIZE, height: SIZE, channels: 3, data: rgb }, heatOfPixels(pixels));
  const dots = 384 / SIZE;
  const areas = pixels.map((pixel) => ({ ...pixel, width: 1, height: 1 }));
  const heat = heatData({ data: rgba, width: SIZE }, areas, scaleOf(pixels));
  for (let index = 0; index < SIZE * SIZE; index++) {
    // The page marks a pixel that fools with a square over the canvas.
    if (index === 1) continue;
    const [x, y] = [index % SIZE, Math.floor(index / SIZE)];
    const at = ((y + 0.5) * dots * picture.width + picture.width - (SIZE - x - 0.5) * dots) * 3;
    expect([...heat.subarray(index * 4, index * 4 + 4)]).toEqual([...picture.data.subarray(at, at + 3), 255]);
  }
  expect([...heat.subarray(8, 11)]).not.toEqual([...heat.subarray(56, 59)]);
});
