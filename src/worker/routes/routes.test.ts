import { expect, test } from "vitest";
import { fixture } from "../../../test/support/codecs.ts";
import { app, base64, classifier, image, png, post, postJson } from "../../../test/support/services.ts";
import { readChunks } from "../../core/image/png/chunks.ts";
import { decodePng, encodePng } from "../../core/image/png/png.ts";
import type { Raster } from "../../core/image/raster.ts";

interface Attacked {
  status: string;
  before: { label: string; probability: number; probabilities: number[] };
  after: { label: string };
  pixels: { x: number; y: number; from: string; to: string }[];
  image: string;
  cost: { queries: number };
  settings: Record<string, unknown>;
  input: object;
  verified: boolean;
}

const attack = async (path: string, init?: RequestInit) => {
  const response = await app.request(path, init);
  expect(response.status).toBe(200);
  return (await response.json()) as Attacked;
};

const imageOf = (result: Attacked) =>
  Buffer.from(result.image.slice("data:image/png;base64,".length), "base64");

test("an attack answers with an image that differs in the reported pixels only and fools", async () => {
  const result = await attack("/v1/attack?pixels=1&seed=3", post(png));
  expect(result).toMatchObject({
    status: "fooled",
    model: { id: "glare", sha256: "0".repeat(64) },
    input: { width: 8, height: 8, resized: false },
    label: "calm",
    before: { label: "calm" },
    after: { label: "glaring" },
    stopped: "success",
    verified: true,
  });
  expect(result.pixels).toHaveLength(1);
  const { x, y, to } = result.pixels[0]!;
  const expected = image.data.slice();
  expected.set(Buffer.from(to.slice(1), "hex"), (y * 8 + x) * 3);
  expect((await decodePng(imageOf(result), 3)).data).toEqual(expected);

  const classified = await app.request("/v1/classify", post(imageOf(result)));
  expect(await classified.json()).toMatchObject({ label: "glaring" });
});

test("the same image gives the same answer in whichever form it is sent", async () => {
  const raw = await (await app.request("/v1/attack?pixels=2&seed=5", post(png))).text();
  const form = new FormData();
  form.set("image", new File([png], "calm.png", { type: "image/png" }));
  form.set("pixels", "2");
  form.set("seed", "5");
  const options = { pixels: 2, seed: 5 };
  const forms: [string, RequestInit][] = [
    ["/v1/attack?pixels=2&seed=5", post(png, "application/octet-stream")],
    ["/v1/attack?seed=5&pixels=2", post(png, "IMAGE/PNG; x=y")],
    ["/v1/attack", postJson({ image: base64(png), ...options })],
    ["/v1/attack", postJson({ image: `data:image/png;base64,${base64(png)}`, ...options })],
    ["/v1/attack?pixels=2", postJson({ image: base64(png), seed: 5 })],
    ["/v1/attack", { method: "POST", body: form }],
  ];
  for (const [path, init] of forms) {
    expect(await (await app.request(path, init)).text()).toBe(raw);
  }
});

test("a sample is attacked by GET and by POST alike, its own label being the true one", async () => {
  const byGet = await attack("/v1/attack?sample=calm-0&pixels=1");
  expect(byGet.settings).toMatchObject({ model: "glare", label: "calm", seed: 1 });
  expect(await attack("/v1/attack", postJson({ sample: "calm-0", pixels: 1 }))).toEqual(byGet);
  expect(await attack("/v1/attack?sample=calm-0&pixels=1", { method: "POST" })).toEqual(byGet);
});

test("sending the resolved settings again gives the same answer", async () => {
  const first = await attack("/v1/attack?search=de&mutationFactor=0.4,0.9&population=20&seed=9", post(png));
  expect(first.settings.mutationFactor).toEqual([0.4, 0.9]);
  expect(await attack("/v1/attack", postJson({ image: base64(png), ...first.settings }))).toEqual(first);
});

test("an image that is wrong from the start is not searched", async () => {
  const result = await attack("/v1/attack?label=glaring", post(png));
  expect(result).toMatchObject({ status: "misclassified", cost: { queries: 0 }, pixels: [] });
});

test("an image of another size is resized, and the answer says so", async () => {
  const large: Raster = { width: 20, height: 30, channels: 3, data: new Uint8Array(1800).fill(9) };
  const result = await attack("/v1/attack", post(encodePng(large)));
  expect(result.input).toEqual({ width: 20, height: 30, resized: true });
  expect(await decodePng(imageOf(result), 3)).toMatchObject({ width: 8, height: 8 });
});

test.each([
  ["image/jpeg", "jpeg-orientation-6.jpg", 16, 24],
  ["image/webp", "webp-lossy-alpha.webp", 24, 16],
  ["image/*", "png-palette-transparent.png", 24, 16],
])("%s is read", async (type, name, width, height) => {
  const raw = await app.request("/v1/classify", post(fixture(name), type));
  expect(raw.status).toBe(200);
  const body = await raw.json();
  expect(body).toMatchObject({ input: { width, height, resized: true } });
  const image = `data:${type};base64,${base64(fixture(name))}`;
  expect(await (await app.request("/v1/classify", postJson({ image }))).json()).toEqual(body);
});

test("classify answers with the highest probability first", async () => {
  const response = await app.request("/v1/classify", post(png));
  const body = (await response.json()) as { probabilities: { label: string; probability: number }[] };
  expect(body).toMatchObject({ model: { id: "glare" }, label: "calm", input: { resized: false } });
  expect(body.probabilities.map(({ label }) => label)).toEqual(["calm", "glaring"]);
  const form = new FormData();
  form.set("sample", "calm-0");
  expect(await (await app.request("/v1/classify", { method: "POST", body: form })).json()).toEqual(body);
});

test("models, samples and health are described", async () => {
  const models = (await (await app.request("/v1/models")).json()) as { models: object[] };
  expect(models).toMatchObject({
    default: "glare",
    models: [{ id: "glare", labels: ["calm", "glaring"], bytes: 0, multiplyAdds: 0, engine: "onnxruntime" }],
  });
  expect(await (await app.request("/v1/models/glare")).json()).toEqual({
    ...models.models[0],
    engine: "onnxruntime",
    engineReason: "is not an ONNX file",
  });
  expect(models.models[0]).not.toHaveProperty("onnx");
  expect(await (await app.request("/v1/samples")).json()).toEqual({
    samples: [
      {
        name: "calm-0",
        label: "calm",
        set: "gradients",
        licence: "CC0-1.0",
        source: "made for tests",
        sha256: "1".repeat(64),
        url: "/v1/samples/calm-0",
      },
    ],
  });
  const sample = await app.request("/v1/samples/calm-0");
  expect(sample.headers.get("Content-Type")).toBe("image/png");
  expect(await sample.bytes()).toEqual(png);
  expect(await (await app.request("/healthz")).json()).toEqual({
    status: "ok",
    version: "1.2.3",
    models: [{ id: "glare", sha256: "0".repeat(64) }],
  });
  expect((await app.request("/healthz", { method: "HEAD" })).status).toBe(200);
});

const wanting = (accept: string) => post(png, "image/png", { Accept: accept });

test("as PNG, the adversarial image carries the result in headers and in a text", async () => {
  const { image: asDataUrl, ...facts } = await attack("/v1/attack", post(png));
  const response = await app.request("/v1/attack", wanting("image/*"));
  expect(response.headers.get("Content-Type")).toBe("image/png");
  expect(response.headers.get("Vary")).toBe("Accept");
  expect(response.headers.get("Onepixel-Status")).toBe("fooled");
  expect(response.headers.get("Onepixel-Verified")).toBe("true");
  expect(response.headers.get("Onepixel-Queries")).toBe(String(facts.cost.queries));
  const bytes = await response.bytes();
  const text = readChunks(bytes).find((chunk) => chunk.type === "tEXt");
  const [keyword, json] = new TextDecoder("latin1").decode(text?.data).split("\0");
  expect(keyword).toBe("onepixel");
  expect(JSON.parse(json!)).toEqual(facts);
  const plain = Buffer.from(asDataUrl.slice("data:image/png;base64,".length), "base64");
  expect(await decodePng(bytes, 3)).toEqual(await decodePng(plain, 3));
});

test("as NDJSON, progress comes before the result", async () => {
  const response = await app.request("/v1/attack", wanting("application/x-ndjson"));
  expect(response.headers.get("Content-Type")).toBe("application/x-ndjson");
  const events = (await response.text())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { event, ...result } = events.at(-1);
  expect(event).toBe("result");
  expect(result).toEqual(await attack("/v1/attack", post(png)));
  expect(events.length).toBeGreaterThan(1);
  for (const progress of events.slice(0, -1)) {
    const [{ x, y, to }] = progress.best.pixels;
    const data = image.data.slice();
    data.set(Buffer.from(to.slice(1), "hex"), (y * 8 + x) * 3);
    const [calm, glaring] = await classifier.probabilities({ ...image, data });
    expect(progress).toEqual({
      event: "progress",
      queries: expect.any(Number),
      generation: expect.any(Number),
      best: {
        pixels: [{ x, y, from: expect.stringMatching(/^#[0-9a-f]{6}$/), to }],
        label: "calm",
        probability: calm,
        probabilities: [calm, glaring],
      },
    });
  }
});

test("as server-sent events, they are named", async () => {
  const response = await app.request("/v1/attack", wanting("text/event-stream"));
  expect(response.headers.get("Content-Type")).toBe("text/event-stream");
  const events = (await response.text())
    .trimEnd()
    .split("\n\n")
    .map((event) => event.split("\n"));
  expect(events.map(([name]) => name).slice(0, -1)).toContain("event: progress");
  expect(events.at(-1)?.[0]).toBe("event: result");
  expect(JSON.parse(events.at(-1)![1]!.slice("data: ".length))).toMatchObject({ status: "fooled" });
});

test("a stream that has begun reports its problem as an event", async () => {
  const response = await app.request("/v1/attack?target=calm", wanting("application/x-ndjson"));
  expect(JSON.parse(await response.text())).toMatchObject({ event: "problem", status: 422, field: "target" });
});
