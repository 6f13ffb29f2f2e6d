/** The library, as Node's host offers it, beside the HTTP API over the same classifier. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { post, services } from "../../test/support/services.ts";
import { DEFAULT_WORK } from "../core/attack/options/fit.ts";
import { createApp } from "../worker/app.ts";
import * as onepixel from "./index.ts";
import { kernelModule, nodeRegistry } from "./services.ts";

const cat = new Uint8Array(readFileSync("models/samples/cifar10/cat-3.png"));
const model = await onepixel.loadModel();
const app = createApp({
  ...services,
  registry: nodeRegistry(),
  kernelModule: kernelModule(),
  maxWork: { request: DEFAULT_WORK, auditImage: 4_000_000 },
});

async function responseOf(path: string, body: Uint8Array<ArrayBuffer> = cat): Promise<unknown> {
  const response = await app.request(path, post(body));
  expect(response.status).toBe(200);
  return response.json();
}
/** As JSON sends it. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("an attack is the response of POST /v1/attack", async () => {
  const result = await onepixel.attack(model, cat, { label: "cat", seed: 1 });
  expect(result.status).toBe("fooled");
  expect(sent(result)).toEqual(await responseOf("/v1/attack?label=cat&seed=1"));
});

test("defaults are fitted to the work of a request as the Worker fits them; a budget of one's own is not", async () => {
  const options = { pixels: "min", engine: "onnxruntime", label: "cat" } as const;
  expect(sent(await onepixel.attack(model, cat, options))).toEqual(
    await responseOf("/v1/attack?pixels=min&engine=onnxruntime&label=cat"),
  );
  const own = await onepixel.attack(model, cat, { engine: "onnxruntime", budget: 90_000, label: "cat" });
  expect(own.cost.budget).toBe(90_000);
});

test("a map, targets and a classification are the responses of their routes", async () => {
  expect(sent(await onepixel.map(model, cat, { label: "cat" }))).toEqual(
    await responseOf("/v1/map?label=cat"),
  );
  expect(sent(await onepixel.targets(model, cat, { label: "cat", budget: 200 }))).toEqual(
    await responseOf("/v1/targets?label=cat&budget=200"),
  );
  expect(sent(await onepixel.classify(model, cat))).toEqual(await responseOf("/v1/classify"));
});

test("a result is verified, and a false claim is not", async () => {
  const result = await onepixel.attack(model, cat, { label: "cat" });
  const body = JSON.stringify({ ...result, original: Buffer.from(cat).toString("base64") });
  const response = await app.request("/v1/verify", post(body, "application/json"));
  const verified = await onepixel.verify(model, cat, result);
  expect(verified.holds).toBe(true);
  expect(sent(verified)).toEqual(await response.json());
  const claimed = { ...result, after: { ...result.after, probability: 0.1 } };
  expect((await onepixel.verify(model, cat, claimed)).holds).toBe(false);
});

test("pixels are taken as well as a file, and a result's image is a file", async () => {
  const raster = await onepixel.decodeImage(cat);
  const result = await onepixel.attack(model, raster, { label: "cat" });
  expect(result).toEqual(await onepixel.attack(model, cat, { label: "cat" }));
  const fooled = await onepixel.decodeImage(onepixel.pngBytes(result.image));
  expect(onepixel.encodePng(fooled)).toEqual(onepixel.pngBytes(result.image));
  expect((await onepixel.classify(model, fooled)).label).toBe(result.after.label);
});

test("progress is reported, and an abort ends the run with the best so far", async () => {
  const stop = new AbortController();
  const events: onepixel.ProgressEvent[] = [];
  const run = {
    signal: stop.signal,
    onProgress: (event: onepixel.ProgressEvent) => {
      events.push(event);
      if (event.queries > 100) stop.abort();
    },
  };
  const result = await onepixel.map(model, cat, {}, run);
  expect(result.stopped).toBe("aborted");
  expect(events.length).toBeGreaterThan(1);
  expect(events[0]?.best.probabilities).toHaveLength(10);
});

test.each([
  ["an option out of range", () => onepixel.attack(model, cat, { seed: -1 }), "invalid-option", "seed"],
  [
    "a file that is no image",
    () => onepixel.classify(model, new Uint8Array(9)),
    "unsupported-image",
    "image",
  ],
  [
    "pixels that are missing",
    () => onepixel.classify(model, { width: 2, height: 2, channels: 3, data: new Uint8Array(3) }),
    "invalid-image",
    "image",
  ],
  ["an unknown model", () => onepixel.loadModel("nowhere"), "invalid-option", "model"],
  ["bytes without description", () => onepixel.loadModel(new Uint8Array(9)), "invalid-manifest", "manifest"],
  [
    "bytes that are no model",
    () => onepixel.loadModel(new Uint8Array(9), model.manifest),
    "invalid-model",
    "model",
  ],
  [
    "labels that do not fit",
    () =>
      onepixel.loadModel("models/cifar10-resnet8/model.onnx", { ...model.manifest, labels: ["cat", "dog"] }),
    "invalid-model",
    "model",
  ],
  ["a text that is no data URL", async () => onepixel.pngBytes("cat.png"), "invalid-image", "image"],
])("refuses %s", async (_, refused, code, field) => {
  const error = await refused().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(onepixel.OnepixelError);
  expect(error).toMatchObject({ code, field });
});

test("a model of one's own is loaded from a file, with the manifest beside it or a description", async () => {
  const beside = await onepixel.loadModel("models/cifar10-resnet8");
  expect(beside).toMatchObject({ manifest: model.manifest, sha256: model.sha256 });
  const { labels, input, output } = model.manifest;
  const own = await onepixel.loadModel("models/cifar10-resnet8/model.onnx", { labels, input, output });
  expect(own.manifest.id).toBe("model");
  expect((await onepixel.classify(own, cat)).label).toBe("cat");
});
