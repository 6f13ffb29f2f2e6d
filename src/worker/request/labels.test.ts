/** Images belong to the classifiers that have their labels. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { base64, classifier, png, postJson, services } from "../../../test/support/services.ts";
import { createApp } from "../app.ts";

const token = "an-owner";
const cat = { ...services.samples[0]!, name: "cat-3", label: "cat", sha256: "2".repeat(64) };
const other = { ...classifier, manifest: { ...classifier.manifest, id: "pets", labels: ["cat", "dog"] } };
const classifiers = [classifier, other];
const app = createApp({
  ...services,
  samples: [...services.samples, cat],
  registry: {
    classifiers,
    default: classifier,
    get: (id) => classifiers.find(({ manifest }) => manifest.id === id),
  },
  tokens: [createHash("sha256").update(token).digest("hex")],
});

test.each([
  ["GET", "/v1/attack"],
  ["POST", "/v1/attack"],
  ["POST", "/v1/targets"],
  ["POST", "/v1/map"],
  ["POST", "/v1/classify"],
  ["POST", "/v1/verify"],
])("%s %s refuses a sample whose label the model lacks", async (method, path) => {
  const claim = { sample: "cat-3", image: base64(png), before: "calm", after: "glaring" };
  const response =
    path === "/v1/verify"
      ? await app.request(path, postJson(claim))
      : await app.request(`${path}?sample=cat-3`, { method });
  expect(await response.json()).toMatchObject({
    status: 422,
    field: "sample",
    detail:
      'The label of the sample "cat-3", cat, is not one of the model glare. ' +
      "Send an image, or choose a model that has it: pets.",
  });
});

test("a model that has the label takes the sample", async () => {
  expect((await app.request("/v1/classify?sample=cat-3&model=pets", { method: "POST" })).status).toBe(200);
});

test("all samples are listed, whatever the models", async () => {
  const { samples } = (await (await app.request("/v1/samples")).json()) as { samples: { name: string }[] };
  expect(samples.map(({ name }) => name)).toEqual(["calm-0", "cat-3"]);
});

test.each([
  [
    { images: { set: "cifar10-test", count: 1 } },
    "The model glare lacks labels of the evaluation set cifar10-test: airplane, automobile. " +
      "Choose a model that has them all. Or send your own images with labels.",
  ],
  [
    {},
    "The model glare lacks labels of each evaluation set: cifar10-test. Send your own images with labels.",
  ],
])(
  "an audit of evaluation images is refused for a model that lacks their labels: %o",
  async (body, detail) => {
    const init = postJson(body);
    const headers = { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` };
    const response = await app.request("/v1/audits", { ...init, headers });
    expect(await response.json()).toMatchObject({
      status: 422,
      field: "images",
      detail,
    });
  },
);
