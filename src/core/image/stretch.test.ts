import { beforeAll, expect, test } from "vitest";
import { fixture, initCodecsInNode } from "../../../test/support/codecs.ts";
import { decodeImage } from "./decode.ts";
import type { Raster } from "./raster.ts";
import { stretch } from "./stretch.ts";

beforeAll(initCodecsInNode);

/** Triangle filtering from its definition: a weight of 1 at a target pixel's centre, falling to 0 over its support. */
function weights(from: number, to: number): number[][] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, target) => {
    const centre = (target + 0.5) * scale;
    const row = Array.from({ length: from }, (_, source) =>
      Math.max(0, 1 - Math.abs(source + 0.5 - centre) / support),
    );
    const sum = row.reduce((total, weight) => total + weight, 0);
    return row.map((weight) => weight / sum);
  });
}

function triangle({ width, height, data }: Raster, toWidth: number, toHeight: number): number[] {
  const columns = weights(width, toWidth);
  const rows = weights(height, toHeight);
  return rows.flatMap((row) =>
    columns.flatMap((column) =>
      [0, 1, 2].map((channel) => {
        let sum = 0;
        for (const [y, down] of row.entries()) {
          if (down === 0) continue;
          for (const [x, across] of column.entries())
            sum += down * across * data[(y * width + x) * 3 + channel]!;
        }
        return sum;
      }),
    ),
  );
}

test.each([
  ["shrunk", 32, 32],
  ["enlarged", 130, 90],
  ["stretched", 28, 90],
])("an image is %s with a triangle filter on sRGB values", async (_, width, height) => {
  const image = await decodeImage(fixture("png-large.png"));
  const fitted = stretch(image, { width, height, channels: 3 });
  const expected = triangle(image, width, height);
  expect(fitted).toMatchObject({ width, height, channels: 3 });
  expect(fitted.data.length).toBe(expected.length);
  fitted.data.forEach((value, index) => {
    expect(Math.abs(value - expected[index]!), `sample ${index}`).toBeLessThan(1.01);
  });
});

test("an image of the right size keeps its pixels", async () => {
  const image = await decodeImage(fixture("png-rgb-8.png"));
  expect(stretch(image, { width: 24, height: 16, channels: 3 })).toEqual(image);
});

test("colours become grey by their luma, and grey stays what it was", () => {
  const image: Raster = {
    width: 5,
    height: 1,
    channels: 3,
    data: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 93, 93, 93),
  };
  // 0.299, 0.587 and 0.114 of 255
  expect([...stretch(image, { width: 5, height: 1, channels: 1 }).data]).toEqual([76, 150, 29, 255, 93]);
});
