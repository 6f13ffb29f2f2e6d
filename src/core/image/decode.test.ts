import { readdirSync } from "node:fs";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { fixture, initCodecsInNode } from "../../../test/support/codecs.ts";
import { decodeImage } from "./decode.ts";
import { ImageError } from "./error.ts";

beforeAll(initCodecsInNode);

const refused = [
  ["png-animated.png", "animated", /PNG is animated/],
  ["png-60000x60000.png", "too-large", /60000×60000.*4096/],
  ["png-bomb.png", "too-large", /3104 bytes of the 32×32 pixels/],
  ["jpeg-cmyk.jpg", "unsupported", /4 components, such as CMYK/],
  ["webp-animated.webp", "animated", /WebP is animated/],
  ["gif.gif", "unsupported", /not a PNG, JPEG or WebP/],
] as const;

const accepted = readdirSync(new URL("../../../test/fixtures", import.meta.url)).filter(
  (name) => !name.endsWith(".ts") && refused.every(([file]) => file !== name),
);

/** What libvips makes of a file: upright, 8-bit RGB, on white. */
async function decodeWithSharp(bytes: Uint8Array) {
  const image = sharp(bytes).rotate().flatten({ background: "#ffffff" }).toColourspace("srgb").removeAlpha();
  const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

test.each(accepted)("%s has the pixels that an independent decoder finds", async (name) => {
  const image = await decodeImage(fixture(name));
  const expected = await decodeWithSharp(fixture(name));
  expect([image.width, image.height]).toEqual([expected.width, expected.height]);
  const difference = image.data.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - expected.data[at]!)),
    0,
  );
  // Blending with white may round the other way.
  expect(difference).toBeLessThanOrEqual(/alpha|rgba|transparent/.test(name) ? 1 : 0);
});

test.each(refused)("%s is refused as %s", async (name, fault, message) => {
  await expect(decodeImage(fixture(name))).rejects.toMatchObject({
    fault,
    message: expect.stringMatching(message),
  });
});

describe("dimensions are refused before anything is decoded", () => {
  const patched = (name: string, patch: (view: DataView) => void) => {
    const bytes = fixture(name);
    patch(new DataView(bytes.buffer));
    return bytes;
  };
  const find = (name: string, marker: number) => Buffer.from(fixture(name)).indexOf(Buffer.of(0xff, marker));
  test.each([
    [
      "JPEG",
      patched("jpeg-baseline.jpg", (view) => view.setUint16(find("jpeg-baseline.jpg", 0xc0) + 5, 60_000)),
    ],
    ["lossy WebP", patched("webp-lossy.webp", (view) => view.setUint16(26, 0x3fff, true))],
    ["lossless WebP", patched("webp-lossless.webp", (view) => view.setUint32(21, 0x0fffffff, true))],
    ["extended WebP", patched("webp-lossy-alpha.webp", (view) => view.setUint16(24, 0xffff, true))],
  ])("%s", async (_, bytes) => {
    await expect(decodeImage(bytes)).rejects.toMatchObject({ fault: "too-large" });
  });
});

test("a JPEG of too many scans is refused", async () => {
  const bytes = Buffer.from(fixture("jpeg-progressive.jpg"));
  const scan = bytes.indexOf(Buffer.of(0xff, 0xda));
  const next = bytes.indexOf(Buffer.of(0xff, 0xda), scan + 2);
  const many = Buffer.concat([
    bytes.subarray(0, next),
    ...Array(65).fill(bytes.subarray(scan, next)),
    bytes.subarray(next),
  ]);
  await expect(decodeImage(many)).rejects.toMatchObject({
    fault: "too-large",
    message: expect.stringContaining("scans"),
  });
});

test.each([
  "png-rgb-8.png",
  "jpeg-progressive.jpg",
  "jpeg-orientation-6.jpg",
  "webp-lossy-alpha.webp",
  "webp-lossless.webp",
])("%s is refused wherever it is cut off", async (name) => {
  const bytes = fixture(name);
  for (let length = 0; length < bytes.length; length += 3) {
    await expect(decodeImage(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(ImageError);
  }
});
