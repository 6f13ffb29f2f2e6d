/** Responses about a classifier of more than 100 labels show the probabilities of a few. */

import * as v from "valibot";
import { expect, test } from "vitest";
import { png, post, postJson, services, classifier as two } from "../../../test/support/services.ts";
import { attackResultSchema, classificationSchema, verificationSchema } from "../../api/results.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { createApp } from "../app.ts";

const COUNT = 120;
const widen = (rows: Float32Array) =>
  Float32Array.from({ length: (rows.length / 2) * COUNT }, (_, at) =>
    at % COUNT < 2 ? rows[Math.floor(at / COUNT) * 2 + (at % COUNT)]! : 0,
  );
const many: Classifier = {
  ...two,
  manifest: {
    ...two.manifest,
    labels: Array.from({ length: COUNT }, (_, index) => two.manifest.labels[index] ?? `label ${index}`),
  },
  classify: async (tensor, count) => widen(await two.classify(tensor, count)),
  probabilities: async (image) => widen(await two.probabilities(image)),
};
const app = createApp({
  ...services,
  registry: { default: many, classifiers: [many], get: () => many },
});
const labelsOf = (top: { label: string }[]) => top.map(({ label }) => label);

test("an attack's predictions have the five highest, with the label and the target", async () => {
  const response = await app.request("/v1/attack?pixels=4&budget=500", post(png));
  const result = await response.json();
  expect(v.is(attackResultSchema, result)).toBe(true);
  expect(result.before).not.toHaveProperty("probabilities");
  expect(labelsOf(result.before.top)).toEqual(["calm", "glaring", "label 2", "label 3", "label 4"]);
  const aimed = await app.request("/v1/attack?budget=5&target=label%2099", post(png));
  expect(labelsOf((await aimed.json()).after.top)).toContain("label 99");
  const verified = await app.request("/v1/verify", postJson(result));
  const verification = await verified.json();
  expect(v.is(verificationSchema, verification)).toBe(true);
  expect(verification.holds).toBe(true);
});

test("all are there on request, and the settings say so", async () => {
  const response = await app.request("/v1/attack?budget=5&probabilities=all", post(png));
  const { before, settings } = await response.json();
  expect(before.probabilities).toHaveLength(COUNT);
  expect(settings.probabilities).toBe("all");
});

test("progress, targets, maps and classifications show as many", async () => {
  const headers = { accept: "application/x-ndjson", "content-type": "image/png" };
  const stream = await app.request("/v1/attack?budget=40&pixels=2", { ...post(png), headers });
  const [first] = (await stream.text()).split("\n").map((line) => line && JSON.parse(line));
  expect(first).toMatchObject({ event: "progress", best: { top: expect.any(Array) } });
  expect(first.best.top.length).toBeLessThanOrEqual(6);
  const { before, targets } = await (await app.request("/v1/targets?budget=1&pixels=2", post(png))).json();
  expect(before.top).toHaveLength(5);
  expect(labelsOf(targets[110].after.top)).toContain(targets[110].target);
  const map = await (await app.request("/v1/map", post(png))).json();
  expect(map.before.top).toHaveLength(5);
  const classified = await (await app.request("/v1/classify", post(png))).json();
  expect(v.is(classificationSchema, classified)).toBe(true);
  expect(classified.probabilities).toHaveLength(5);
  const all = await (await app.request("/v1/classify?probabilities=all", post(png))).json();
  expect(all.probabilities).toHaveLength(COUNT);
});

test("another value is refused with the two there are", async () => {
  const response = await app.request("/v1/classify?probabilities=10", post(png));
  expect(response.status).toBe(422);
  expect((await response.json()).detail).toContain("must be one of top, all");
});
