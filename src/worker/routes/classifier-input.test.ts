/** `POST /v1/classify` with `Accept: image/png`: the image as the classifier sees it. */
import { expect, test } from "vitest";
import { fixture } from "../../../test/support/codecs.ts";
import { app, classifier, png, post, services } from "../../../test/support/services.ts";
import { decodeImage } from "../../core/image/decode.ts";
import { decodePng } from "../../core/image/png/png.ts";
import { stretch } from "../../core/image/stretch.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { createApp } from "../app.ts";

const accept = { Accept: "image/png" };

test.each([
  ["image/jpeg", "jpeg-orientation-6.jpg", { width: 16, height: 24, resized: true }],
  ["image/webp", "webp-lossy-alpha.webp", { width: 24, height: 16, resized: true }],
  ["image/png", "png-palette-transparent.png", { width: 24, height: 16, resized: true }],
])("the classifier's input of %s %s is returned as PNG", async (type, name, original) => {
  const response = await app.request("/v1/classify", post(fixture(name), type, accept));
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("image/png");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(response.headers.get("Vary")).toContain("Accept");
  expect(response.headers.get("Onepixel-Model")).toBe("glare");
  expect(JSON.parse(response.headers.get("Onepixel-Input")!)).toEqual(original);
  const input = new Uint8Array(await response.arrayBuffer());
  const shown = await decodePng(input, 3);
  expect(shown).toEqual(stretch(await decodeImage(fixture(name)), classifier.manifest.input));

  // Sent itself, the input is the same image to the classifier.
  const direct = (await (await app.request("/v1/classify", post(fixture(name), type))).json()) as object;
  const again = (await (await app.request("/v1/classify", post(input))).json()) as object;
  expect(again).toEqual({ ...direct, input: { width: 8, height: 8, resized: false } });
});

test("the input of a grey classifier is grey", async () => {
  const { manifest } = classifier;
  const grey: Classifier = {
    ...classifier,
    manifest: { ...manifest, input: { ...manifest.input, channels: 1, mean: [0], std: [1] } },
  };
  const registry = { classifiers: [grey], default: grey, get: () => grey };
  const response = await createApp({ ...services, registry }).request(
    "/v1/classify",
    post(fixture("jpeg-baseline.jpg"), "image/jpeg", accept),
  );
  expect(response.status).toBe(200);
  const { data } = await decodePng(new Uint8Array(await response.arrayBuffer()), 3);
  for (let at = 0; at < data.length; at += 3) {
    expect([data[at + 1], data[at + 2]]).toEqual([data[at], data[at]]);
  }
});

test("an image that cannot be read is refused as JSON would refuse it", async () => {
  const broken = png.slice(0, 40);
  const [picture, json] = await Promise.all([
    app.request("/v1/classify", post(broken, "image/png", accept)),
    app.request("/v1/classify", post(broken)),
  ]);
  expect(picture.status).toBe(json.status);
  expect(await picture.json()).toEqual(await json.json());
});
