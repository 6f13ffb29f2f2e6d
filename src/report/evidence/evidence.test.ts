import { expect, test } from "vitest";
import { decodePng } from "../../core/image/png/png.ts";
import type { Raster } from "../../core/image/raster.ts";
import { adversarialUrl } from "./adversarial.ts";
import "../../../test/support/services.ts";

test("the evidence page shows an adversarial image of more than 125 kB", async () => {
  const side = 400;
  let state = 1;
  const data = Uint8Array.from({ length: side * side * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  const image: Raster = { width: side, height: side, channels: 3, data };
  const url = adversarialUrl(image, [{ x: 1, y: 0, from: "#000000", to: "#ff8000" }]);
  const png = Buffer.from(url.slice("data:image/png;base64,".length), "base64");
  expect(png.length).toBeGreaterThan(125_000);
  const expected = data.slice();
  expected.set([255, 128, 0], 3);
  expect((await decodePng(png, 3)).data).toEqual(expected);
});
