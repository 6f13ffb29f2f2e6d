/** What a request would cost, before it runs. */
import * as v from "valibot";
import { expect, test, vi } from "vitest";
import { app, image, png, post, postJson, services } from "../../../test/support/services.ts";
import { estimateSchema } from "../../api/results.ts";
import type { Estimate } from "../../api/types.ts";
import { encodePng } from "../../core/image/png/png.ts";
import { stretch } from "../../core/image/stretch.ts";
import { createApp } from "../app.ts";
import { createSpeed } from "../middleware/speed.ts";

const estimate = async (path: string, init: RequestInit = { method: "POST" }, on = app) => {
  const response = await on.request(path, init);
  return { status: response.status, body: (await response.json()) as Estimate };
};

test.each([
  ["/v1/attack", "pixels=3&budget=70", 70],
  ["/v1/attack", "pixels=1", 512],
  ["/v1/attack", "pixels=min&maxPixels=3&budget=20", 60],
  ["/v1/attack", "pixels=2&search=de&population=10&budget=90", 90],
  ["/v1/targets", "pixels=2&budget=40", 40],
  ["/v1/targets", "", 512],
  ["/v1/map", "", 512],
  ["/v1/map", "budget=100", 100],
])("of %s?%s has the settings of the result, and at least its queries", async (path, query, queries) => {
  const { status, body } = await estimate(`${path}/estimate?sample=calm-0&${query}`);
  expect(status).toBe(200);
  expect(v.safeParse(estimateSchema, body).issues).toBeUndefined();
  expect(body).toMatchObject({ queries, maxWork: services.maxWork.request });
  expect(body.share).toBeCloseTo(body.work / body.maxWork, 10);
  const result = await (await app.request(`${path}?sample=calm-0&${query}`, { method: "POST" })).json();
  expect(body.settings).toEqual(result.settings);
  expect(result.cost.queries).toBeLessThanOrEqual(queries);
});

test("makes no query, counts no work, and needs no image of the input's size", async () => {
  const classify = vi.fn(services.registry.default.classify);
  const model = { ...services.registry.default, classify, probabilities: vi.fn() };
  const countWork = vi.fn();
  const counting = createApp({
    ...services,
    registry: { ...services.registry, default: model },
    rateLimit: { ...services.rateLimit, countWork },
  });
  // Whether the kernel can compile the model is found out once, by a query of its own.
  const { status } = await estimate("/v1/attack/estimate?engine=onnxruntime", { method: "POST" }, counting);
  expect(status).toBe(200);
  expect(classify).not.toHaveBeenCalled();
  expect(model.probabilities).not.toHaveBeenCalled();
  expect(countWork).not.toHaveBeenCalled();
});

test("of a photo's own pixels needs the photo, and follows its size", async () => {
  const photo = encodePng(stretch(image, { width: 40, height: 24, channels: 3 }));
  const { body } = await estimate("/v1/map/estimate?space=source", post(photo));
  expect(body).toMatchObject({ queries: 40 * 24 * 8, settings: { space: "source" } });
  const without = await estimate("/v1/map/estimate?space=source");
  expect(without).toMatchObject({ status: 422, body: { field: "image" } });
});

test.each([
  ["/v1/attack/estimate?pixels=0", "pixels"],
  ["/v1/attack/estimate?exhaustive=x", "exhaustive"],
  ["/v1/map/estimate?pixels=1", "pixels"],
  ["/v1/targets/estimate?target=calm", "target"],
  ["/v1/attack/estimate?budget=1000001", "budget"],
])("%s is refused as the request would be", async (path, field) => {
  const refused = await app.request(path, post(png));
  expect(refused.status).toBe(422);
  const same = await app.request(path.replace("/estimate", ""), post(png));
  const problem = (await refused.json()) as { field: string };
  expect(problem).toEqual(await same.json());
  expect(problem.field).toBe(field);
});

test("tells the seconds at the speed of earlier requests", async () => {
  let now = 1_000_000;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
  const pause = async () => {
    now += 1000;
  };
  const measured = createApp({ ...services, speed: createSpeed(), pause });
  const options = { sample: "calm-0", search: "random", stop: "confidence", budget: 320 };
  const before = await estimate("/v1/attack/estimate", postJson(options), measured);
  expect(before.body.seconds).toBeNull();
  const result = await (await measured.request("/v1/attack", postJson(options))).json();
  expect(result.cost.queries).toBe(320);
  const { body } = await estimate("/v1/attack/estimate", postJson({ ...options, budget: 640 }), measured);
  clock.mockRestore();
  // It paused after each 16 of its queries, a second each.
  expect(body.seconds).toBeCloseTo(2 * (320 / 16), 3);
});
