import * as v from "valibot";
import { expect, test } from "vitest";
import { app, base64, image, png, post, postJson } from "../../../test/support/services.ts";
import { verificationSchema } from "../../api/results.ts";
import { encodePng } from "../../core/image/png/png.ts";

interface Verified {
  holds: boolean;
  status: string;
  claims: { claim: string; holds: boolean }[];
  unchecked: string[];
}

const fooling = { x: 3, y: 4, to: "#ff00ff" };
const labels = { before: "calm", after: "glaring" };
const original = base64(png);
const changed = (() => {
  const data = image.data.slice();
  data.set([255, 0, 255], (4 * 8 + 3) * 3);
  return encodePng({ ...image, data });
})();

const verify = async (body: unknown) => {
  const response = await app.request("/v1/verify", postJson(body));
  expect(response.status).toBe(200);
  const result = (await response.json()) as Verified;
  expect(v.safeParse(verificationSchema, result).issues).toBeUndefined();
  return result;
};
const failing = ({ claims }: Verified) => claims.filter(({ holds }) => !holds).map(({ claim }) => claim);

const attack = async (query: string) =>
  (await (await app.request(`/v1/attack?${query}`, post(png))).json()) as Record<string, unknown>;

test.for(["pixels=1", "pixels=min", "pixels=3&seed=9", "pixels=1&search=random&budget=1", "label=glaring"])(
  "an attack's response is taken as it is, and holds: %s",
  async (query, { expect }) => {
    const response = await attack(query);
    const result = await verify(response);
    expect(failing(result)).toEqual([]);
    expect(result).toMatchObject({ holds: true, status: response.status, cost: { queries: 2 } });
    expect(result).toMatchObject({ before: response.before, after: response.after, pixels: response.pixels });
    expect(result.unchecked).toContain("cost");
    const beside = await verify({ ...response, original });
    expect(beside.holds).toBe(true);
  },
);

test.for([
  ["after.label", { after: { label: "calm", probability: 0.9 } }],
  ["before.probability", { before: { label: "calm", probability: 0.5 } }],
  ["status", { status: "survived" }],
  ["verified", { verified: false }],
  ["settings.pixels", { settings: { pixels: 0 } }],
  ["model.sha256", { model: { id: "glare", sha256: "f".repeat(64) } }],
  ["pixels", { original, pixels: [{ x: 0, y: 0, from: "#000000", to: "#ff00ff" }] }],
  ["pixels", { original, pixels: [] }],
] as const)("a false claim is found out: %s", async ([claim, lie], { expect }) => {
  const response = await attack("pixels=1&seed=3");
  const result = await verify({ ...response, ...lie });
  expect(result.holds).toBe(false);
  expect(failing(result)).toContain(claim);
});

test("a picture that was changed afterwards does not hold", async () => {
  const response = await attack("pixels=1&seed=3");
  const result = await verify({ ...response, image: original, original });
  expect(failing(result)).toEqual(["after.label", "after.probability", "status", "verified", "pixels"]);
});

test.for([
  ["the original and the list", { original, pixels: [fooling] }],
  ["both images", { original, image: base64(changed) }],
  ["both images and the list", { original, image: base64(changed), pixels: [fooling] }],
  ["a sample and the list", { sample: "calm-0", pixels: [fooling] }],
  [
    "the adversarial image and the list",
    { image: base64(changed), pixels: [{ ...fooling, from: "#1c232a" }] },
  ],
] as [string, object][])("images are taken as %s", async ([, images], { expect }) => {
  const result = await verify({ ...images, ...labels });
  expect(result).toMatchObject({ holds: true, status: "fooled", target: null });
  expect(result).toMatchObject({ pixels: [{ ...fooling, from: expect.stringMatching(/^#/) }] });
});

const small = base64(encodePng({ width: 4, height: 4, channels: 3, data: new Uint8Array(48) }));
const both = { original, image: base64(changed) };

test.for([
  [
    "original",
    { ...labels, original: small, image: base64(changed) },
    "4×4 pixels, the adversarial image 8×8",
  ],
  ["original", { ...labels, original: small, image: small }, "8×8, the model's size"],
  ["original", { ...labels, original: small, pixels: [fooling] }, "8×8, the model's size"],
  ["original", { ...labels, image: base64(changed) }, "no original image"],
  ["original", { ...labels, image: base64(changed), pixels: [fooling] }, "no original image"],
  ["original", { ...labels, ...both, original: "?" }, "neither base64 nor"],
  ["original", { ...labels, ...both, original: "AAAA" }, "not a PNG"],
  ["original", { ...labels, ...both, sample: "calm-0" }, "both"],
  ["image", { ...labels, original }, "no adversarial image"],
  ["image", labels, "no image"],
  ["before", both, "Send both"],
  ["after", { ...both, before: "calm" }, "Send both"],
  ["before", { ...both, ...labels, before: "zebra" }, "calm, glaring"],
  ["target", { ...both, ...labels, target: "zebra" }, "calm, glaring"],
  ["after", { ...both, ...labels, after: 5 }, "must be a label"],
  ["pixels", { ...labels, original, pixels: [{ ...fooling, x: 8 }] }, "outside the image"],
  ["pixels", { ...labels, original, pixels: [fooling, fooling] }, "more than once"],
  ["pixels", { ...labels, original, pixels: [{ ...fooling, to: "red" }] }, "must be a list"],
  ["model", { ...both, ...labels, model: "none" }, "There is no model"],
  ["claims", { ...both, ...labels, claims: 1 }, "There is no option"],
] as const)("%s is refused", async ([field, body, words], { expect }) => {
  const response = await app.request("/v1/verify", postJson(body));
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(await response.json()).toMatchObject({ field, detail: expect.stringContaining(words) });
});
