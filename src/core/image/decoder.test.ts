import { expect, test } from "vitest";
import { createDecoder } from "./decoder.ts";

const MODULE = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));

/** A decoder of images of one size, and how many instances of its codec were made. */
function counting(width: number, height: number) {
  let made = 0;
  const image = { width, height, data: new Uint8ClampedArray(4) };
  const decoder = createDecoder(
    async () => ++made,
    MODULE,
    () => image,
  );
  return { decode: () => decoder(new Uint8Array()), made: () => made };
}

test("small images share an instance of the codec, a photo leaves none behind", async () => {
  const small = counting(256, 256);
  await small.decode();
  await small.decode();
  expect(small.made()).toBe(1);
  const photo = counting(257, 256);
  await photo.decode();
  await photo.decode();
  expect(photo.made()).toBe(2);
});
