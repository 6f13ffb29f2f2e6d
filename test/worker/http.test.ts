/** The routes inside workerd, on the real model: what a fake classifier or Node cannot show. */
import { exports } from "cloudflare:workers";
import { describe, expect, inject, test } from "vitest";
import { examples } from "../../src/worker/openapi/examples.ts";

const call = (path: string, init?: RequestInit) => exports.default.fetch(`http://onepixel.test${path}`, init);

interface Attacked {
  status: string;
  after: { label: string; probability: number };
  pixels: object[];
  image: string;
  verified: boolean;
}

/** @param dataUrl or base64 alone */
const bytesOf = (dataUrl: string) =>
  Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(",") + 1)), (character) => character.charCodeAt(0));

const png = (body: BodyInit): RequestInit => ({
  method: "POST",
  body,
  headers: { "Content-Type": "image/png" },
});

test("a real image fools the real classifier, which says the same of the returned image", async () => {
  const sample = await (await call("/v1/samples/cat-3")).arrayBuffer();
  const response = await call("/v1/attack?pixels=3&seed=1", png(sample));
  expect(response.status).toBe(200);
  const result = (await response.json()) as Attacked;
  expect(result).toMatchObject({ status: "fooled", verified: true });
  const body = await (await call("/v1/classify", png(bytesOf(result.image)))).json();
  expect(body).toMatchObject({ label: result.after.label, probability: result.after.probability });

  const image = btoa(String.fromCharCode(...new Uint8Array(sample)));
  const asJson = await call("/v1/attack", {
    method: "POST",
    body: JSON.stringify({ image, pixels: 3, seed: 1 }),
    headers: { "Content-Type": "application/json" },
  });
  expect(await asJson.json()).toEqual(result);
});

test("the same request gives the same bytes", async () => {
  const path = "/v1/attack?sample=ship-2&pixels=2&seed=7&budget=300";
  expect(await (await call(path)).text()).toBe(await (await call(path)).text());
});

describe("streams", () => {
  const headers = { Accept: "application/x-ndjson" };

  test("the first event leaves before the work ends", async () => {
    // Long enough for several events.
    const response = await call("/v1/attack?sample=cat-3&pixels=1&seed=2&budget=500", { headers });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader.read();
    const events = first.value!.trimEnd().split("\n");
    expect(JSON.parse(events[0]!)).toMatchObject({ event: "progress" });
    expect(events.length).toBeLessThan(4);
    let rest = "";
    for (let read = await reader.read(); !read.done; read = await reader.read()) rest += read.value;
    expect(JSON.parse(rest.trimEnd().split("\n").at(-1)!)).toMatchObject({ event: "result" });
  });

  test("a reader that leaves does not disturb the next request", async () => {
    const response = await call("/v1/attack?sample=cat-3&pixels=1&seed=2&budget=100000", { headers });
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    expect((await call("/v1/models")).status).toBe(200);
  });
});

test("a decompression bomb is refused, and the next request succeeds", async () => {
  const bomb = bytesOf(inject("decompressionBomb"));
  const response = await call("/v1/classify", png(bomb));
  expect(response.status).toBe(422);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  const truncated = await call("/v1/classify", png(bomb.slice(0, 1000)));
  expect(await truncated.json()).toMatchObject({
    field: "image",
    detail: expect.stringContaining("truncated"),
  });
  expect((await call("/v1/classify?sample=cat-3", { method: "POST" })).status).toBe(200);
});

test("twenty attacks at once return what each returns alone", async () => {
  const paths = Array.from(
    { length: 20 },
    (_, seed) => `/v1/attack?sample=dog-1&pixels=1&budget=60&seed=${seed}`,
  );
  const together = await Promise.all(paths.map(async (path) => (await call(path)).text()));
  for (const [index, path] of paths.entries()) expect(await (await call(path)).text()).toBe(together[index]);
});

test.each(Object.entries(examples))(
  "the described example of %s is the real response",
  async (_, example) => {
    const { path, method, response } = example;
    const body = await (await call(path, { method })).json();
    expect(body, "record it again: npm run record-examples").toEqual(response);
  },
);
