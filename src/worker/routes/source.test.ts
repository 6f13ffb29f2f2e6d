/** Attacks on the pixels of a photo itself, over HTTP. */
import { expect, test } from "vitest";
import { app, base64, classifier, image, png, post, postJson } from "../../../test/support/services.ts";
import { decodeImage } from "../../core/image/decode.ts";
import { encodePng } from "../../core/image/png/png.ts";
import { stretch } from "../../core/image/stretch.ts";

const photo = encodePng(stretch(image, { width: 16, height: 12, channels: 3 }));
const query = "space=source&pixels=20&budget=3000&seed=1";

async function attacked() {
  const response = await app.request(`/v1/attack?${query}`, post(photo));
  expect(response.status).toBe(200);
  return response.json();
}

test("POST /v1/attack returns the photo in its own size, and POST /v1/verify confirms the response unchanged", async () => {
  const result = await attacked();
  expect(result).toMatchObject({ status: "fooled", verified: true, settings: { space: "source" } });
  const returned = await decodeImage(Buffer.from(result.image.split(",")[1], "base64"));
  expect([returned.width, returned.height]).toEqual([16, 12]);
  for (const claim of [
    { ...result, original: base64(photo) },
    result,
    { ...result, image: undefined, original: base64(photo) },
  ]) {
    const verified = await app.request("/v1/verify", postJson(claim));
    expect(await verified.json()).toMatchObject({ holds: true, status: "fooled" });
  }
});

test("without space=source the same response is of the wrong size, and says so", async () => {
  const { settings, ...result } = await attacked();
  const claim = { ...result, settings: { pixels: settings.pixels } };
  const response = await app.request("/v1/verify", postJson(claim));
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ field: "image", detail: expect.stringContaining("8×8") });
});

test("an original of another size than the adversarial photo is refused", async () => {
  const original = base64(encodePng(stretch(image, { width: 12, height: 16, channels: 3 })));
  const response = await app.request("/v1/verify", postJson({ ...(await attacked()), original }));
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    field: "original",
    detail: "The original is 12×16 pixels, the adversarial image 16×12. Send both in one size.",
  });
});

test("an image of the classifier's size has no other pixels: a problem that names space", async () => {
  for (const route of ["attack", "targets"]) {
    const response = await app.request(`/v1/${route}?space=source`, post(png));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      type: expect.stringContaining("invalid-option"),
      field: "space",
      detail: expect.stringContaining("size of the classifier's input, 8×8"),
    });
  }
});

test("more pixels than the photo has are refused with the photo's number", async () => {
  const response = await app.request("/v1/attack?space=source&pixels=193", post(photo));
  expect(await response.json()).toMatchObject({
    field: "pixels",
    detail: expect.stringContaining("from 1 to 192"),
  });
});

test("POST /v1/targets attacks the photo, too", async () => {
  const response = await app.request("/v1/targets?space=source&pixels=20&budget=1000", post(photo));
  const { targets, settings } = await response.json();
  expect(settings).toMatchObject({ space: "source" });
  expect(targets.map(({ target }: { target: string }) => target)).toHaveLength(
    classifier.manifest.labels.length - 1,
  );
});
