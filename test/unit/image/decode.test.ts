import { readdirSync } from "node:fs";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeImage } from "../../../src/image/decode.ts";
import { ImageError } from "../../../src/image/error.ts";
import { fixture, initCodecsInNode } from "./codecs.ts";

const names = readdirSync(new URL("../../fixtures", import.meta.url));

beforeAll(initCodecsInNode);

/** What libvips makes of a file: 8-bit RGB on white. */
async function decodeWithSharp(bytes: Uint8Array): Promise<Uint8Array> {
  const image = sharp(bytes).flatten({ background: "#ffffff" }).toColourspace("srgb").removeAlpha();
  return new Uint8Array(await image.raw({ depth: "uchar" }).toBuffer());
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);
}

describe("PNG", () => {
  const refused = ["png-animated.png", "png-60000x60000.png", "png-bomb.png"];
  const accepted = names.filter((name) => name.endsWith(".png") && !refused.includes(name));

  test.each(accepted)("%s has the pixels that an independent decoder finds", async (name) => {
    const image = await decodeImage(fixture(name));
    // Blending with white may round the other way.
    const tolerance = /alpha|rgba|transparent/.test(name) ? 1 : 0;
    expect(largestDifference(image.data, await decodeWithSharp(fixture(name)))).toBeLessThanOrEqual(
      tolerance,
    );
  });

  test.each([
    ["png-animated.png", "animated", /animated/],
    ["png-60000x60000.png", "too-large", /60000×60000.*4096/],
    ["png-bomb.png", "too-large", /3104 bytes of the 32×32 pixels/],
    ["gif.gif", "unsupported", /not a PNG/],
  ])("%s is refused as %s", async (name, fault, message) => {
    await expect(decodeImage(fixture(name))).rejects.toMatchObject({
      fault,
      message: expect.stringMatching(message),
    });
  });

  test("is refused wherever it is cut off", async () => {
    const bytes = fixture("png-rgb-8.png");
    for (let length = 0; length < bytes.length; length += 7) {
      await expect(decodeImage(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(ImageError);
    }
  });
});
