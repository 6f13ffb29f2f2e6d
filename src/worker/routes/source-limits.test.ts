/** Images whose own pixels cannot be attacked: each a problem that says what to do. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { app, image, png, post } from "../../../test/support/services.ts";
import { encodePng } from "../../core/image/png/png.ts";
import { stretch } from "../../core/image/stretch.ts";

const fixture = (name: string) => readFileSync(`test/fixtures/${name}`);
const sized = (width: number, height: number) => encodePng(stretch(image, { width, height, channels: 3 }));
const paths = ["/v1/attack", "/v1/targets", "/v1/map", "/v1/map/estimate", "/v1/attack/estimate"] as const;

test.each([
  [
    "an image of the input's size",
    () => png,
    "image/png",
    422,
    "space",
    /the size of the classifier's input, 8×8,.*Omit space/,
  ],
  [
    "more than 1,048,576 pixels",
    () => sized(1025, 1024),
    "image/png",
    422,
    "image",
    /1025×1024 pixels, 1049600 in all;.* 1048576 in all/,
  ],
  ["a side of more than 4,096 pixels", () => sized(4097, 8), "image/png", 422, "image", /4096/],
  ["an animated PNG", () => fixture("png-animated.png"), "image/png", 422, "image", /still image/],
  ["an animated WebP", () => fixture("webp-animated.webp"), "image/webp", 422, "image", /still image/],
  ["a GIF", () => fixture("gif.gif"), "image/gif", 415, "image", /PNG, JPEG or WebP/],
  ["a CMYK JPEG", () => fixture("jpeg-cmyk.jpg"), "image/jpeg", 415, "image", /CMYK/],
] as const)("%s is refused by every route", async (_, body, type, status, field, detail) => {
  for (const path of paths) {
    const response = await app.request(`${path}?space=source`, post(body(), type));
    expect(response.status, path).toBe(status);
    expect(await response.json()).toMatchObject({ field, detail: expect.stringMatching(detail) });
  }
});

test.each([
  [4096, 16],
  [16, 4096],
  [1025, 9],
])("a photo of %i×%i pixels, within the limits, is attacked and mapped", async (width, height) => {
  for (const path of ["/v1/attack", "/v1/map"]) {
    const response = await app.request(`${path}?space=source&budget=20`, post(sized(width, height)));
    expect(response.status, path).toBe(200);
    expect(await response.json()).toMatchObject({ input: { width, height } });
  }
});

test("more pixels than the photo has are refused with the number that it has", async () => {
  const response = await app.request("/v1/attack?space=source&pixels=13", post(sized(4, 3)));
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    field: "pixels",
    detail: expect.stringContaining("from 1 to 12, not 13: the attacked image has 4×3 pixels."),
  });
});
