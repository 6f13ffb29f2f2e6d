import { expect, test } from "vitest";
import { app, classifier, image } from "../../../test/support/services.ts";
import { presentProgress } from "../../core/present.ts";

const PATH = "/v1/attack?sample=calm-0";

test.for([
  ["*/*;q=1, image/png;q=0.1", "application/json"],
  ["*/*;q=0.1, image/png", "image/png"],
  ["image/*;q=0.9, image/png;q=0.1, application/json;q=0.5", "application/json"],
  ["application/*;q=0.2, image/png;q=0.1", "application/json"],
])("of several ranges the narrowest counts: %s", async ([Accept, type], { expect }) => {
  const response = await app.request(PATH, { headers: { Accept: Accept! } });
  expect(response.headers.get("Content-Type")).toContain(type);
});

test("every option changes the tag", async () => {
  const tags = new Map<string | null, string>();
  const base = "search=de";
  for (const query of [
    base,
    `${base}&seed=2`,
    `${base}&pixels=2`,
    `${base}&pixels=min`,
    `${base}&pixels=min&maxPixels=3`,
    `${base}&budget=50`,
    `${base}&target=glaring`,
    `${base}&objective=probability`,
    `${base}&stop=confidence`,
    `${base}&strategy=rand1`,
    `${base}&population=20`,
    `${base}&generations=5`,
    `${base}&mutationFactor=0.7`,
    `${base}&crossover=0.7`,
    `${base}&colours=full`,
    `${base}&start=normal`,
    `${base}&engine=onnxruntime`,
    "search=random",
    "search=sparse-rs",
    "search=corners",
    "search=corners&exhaustive=true&budget=512",
    "search=corners&budget=512",
  ]) {
    const response = await app.request(`${PATH}&${query}`);
    expect(response.status, query).toBe(200);
    const tag = response.headers.get("ETag");
    expect(tags.get(tag), query).toBeUndefined();
    tags.set(tag, query);
  }
});

test("progress tells the label that is the likeliest now, whichever it is", () => {
  const best = { encoded: Uint32Array.of(9, 0xff00ff), probabilities: Float32Array.of(0.25, 0.75), loss: 1 };
  const shown = presentProgress({ queries: 3, generation: 2, goal: { label: 0, target: null }, best }, {
    classifier,
    image,
  } as never);
  expect(shown).toMatchObject({
    queries: 3,
    generation: 2,
    best: { label: "glaring", probability: 0.75, probabilities: [0.25, 0.75], pixels: [{ x: 1, y: 1 }] },
  });
});

test("a badge is kept by caches, one that shows an error is not", async () => {
  for (const format of ["svg", "json"]) {
    const path = `/v1/models/glare/badge.${format}`;
    expect((await app.request(path)).headers.get("Cache-Control")).toBe("public, max-age=300");
    const wrong = await app.request(`${path}?pixels=0`);
    expect(wrong.status).toBe(200);
    expect(wrong.headers.get("Cache-Control")).toBe("no-cache");
  }
});
