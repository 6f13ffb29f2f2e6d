import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { initCodecsInNode } from "../../../../test/support/codecs.ts";
import type { Raster } from "../raster.ts";
import { readChunks } from "./chunks.ts";
import { addText, decodePng, encodePng } from "./png.ts";

beforeAll(initCodecsInNode);

/** Pixels without any pattern that an encoder might be lucky with. */
function noise(width: number, height: number, channels: 1 | 3): Raster {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width, height, channels, data };
}

test.each([
  [32, 32],
  [1, 1],
  [7, 300],
])("%i×%i pixels come back unchanged, from an independent decoder too", async (width, height) => {
  const image = noise(width, height, 3);
  const bytes = encodePng(image);
  expect(await decodePng(bytes, 3)).toEqual(image);
  const pixels = await sharp(bytes).removeAlpha().raw().toBuffer();
  expect(new Uint8Array(pixels)).toEqual(image.data);
});

test("greyscale comes back as three equal channels", async () => {
  const image = noise(28, 28, 1);
  expect(await decodePng(encodePng(image), 1)).toEqual(image);
  const decoded = await decodePng(encodePng(image), 3);
  expect(decoded.data.filter((_, index) => index % 3 === 0)).toEqual(image.data);
  expect(decoded.data.filter((_, index) => index % 3 === 2)).toEqual(image.data);
});

test("the same pixels give the same bytes", () => {
  expect(encodePng(noise(32, 32, 3))).toEqual(encodePng(noise(32, 32, 3)));
});

test("texts stand in tEXt chunks before the pixels, which they leave as they are", async () => {
  const image = noise(5, 4, 3);
  const bytes = addText(addText(encodePng(image), "Comment", "naïve"), "Software", "onepixel");
  const chunks = readChunks(bytes);
  expect(chunks.map((chunk) => chunk.type)).toEqual(["IHDR", "tEXt", "tEXt", "IDAT", "IEND"]);
  expect(new TextDecoder("latin1").decode(chunks[2]!.data)).toBe("Comment\0naïve");
  expect(await decodePng(bytes, 3)).toEqual(image);
  expect((await sharp(bytes).metadata()).comments).toContainEqual({ keyword: "Software", text: "onepixel" });
});
