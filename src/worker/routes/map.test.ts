import { expect, test } from "vitest";
import { app, image, png, post } from "../../../test/support/services.ts";
import type { MapResult } from "../../core/attack/map/result.ts";
import { decodePng } from "../../core/image/png/png.ts";

const map = (path: string, accept = "application/json") =>
  app.request(path, post(png, "image/png", { Accept: accept }));

test("a map holds every pixel, its margin and the colours that fool", async () => {
  const result = (await (await map("/v1/map")).json()) as MapResult & { settings: object };
  expect(result).toMatchObject({
    model: { id: "glare" },
    input: { width: 8, height: 8, resized: false },
    label: "calm",
    before: { label: "calm" },
    width: 8,
    height: 8,
    cost: { queries: 512, budget: 512 },
    settings: { model: "glare", label: null, budget: 512, engine: null },
    certificate: { corners: 512, fooling: 16 },
  });
  expect(result.pixels).toHaveLength(64);
  expect(result.pixels[2 * 8 + 3]).toMatchObject({
    x: 3,
    y: 2,
    fooling: [{ colour: "#ff00ff", label: "glaring" }],
  });
  const again = await app.request("/v1/map", {
    ...post(JSON.stringify({ image: Buffer.from(png).toString("base64"), ...result.settings })),
    headers: { "Content-Type": "application/json" },
  });
  expect(await again.json()).toEqual(result);
});

test("the picture shows the image, the scale, and fooling pixels in rings around their colour", async () => {
  const response = await map("/v1/map", "image/png");
  expect(response.headers.get("Content-Type")).toBe("image/png");
  expect(response.headers.get("Onepixel-Fooling")).toBe("16");
  expect(response.headers.get("Onepixel-Queries")).toBe("512");
  const picture = await decodePng(new Uint8Array(await response.arrayBuffer()), 3);
  const dot = (x: number, y: number) =>
    [...picture.data.subarray((y * picture.width + x) * 3)].slice(0, 3) as number[];
  const size = 48;
  const right = picture.width - 8 * size;
  for (const position of [0, 9, 27, 63]) {
    const [x, y] = [position % 8, Math.floor(position / 8)];
    expect(dot(x * size + 5, y * size + 40)).toEqual([
      ...image.data.subarray(position * 3, position * 3 + 3),
    ]);
  }
  const centre = (x: number, y: number) => dot(right + x * size + size / 2, y * size + size / 2);
  expect(centre(2, 2)).toEqual([255, 0, 255]);
  expect(dot(right + 2 * size, 2 * size)).toEqual([17, 17, 17]);
  expect(dot(right + 2 * size + 1, 2 * size + 1)).toEqual([255, 255, 255]);
  expect(centre(1, 1)).not.toEqual([255, 0, 255]);
  // The scale: bright at its left end, dark at its right one.
  const [bright, dark] = [12, picture.width - 12].map((x) => dot(x, 8 * size + 16)[1]!);
  expect(bright).toBeGreaterThan(dark! + 100);
});

test("progress of a map streams", async () => {
  const lines = (await (await map("/v1/map", "application/x-ndjson")).text()).trimEnd().split("\n");
  const events = lines.map((line) => JSON.parse(line) as { event: string; queries?: number });
  expect(events.map(({ event }) => event)).toEqual([...Array(32).fill("progress"), "result"]);
  expect(events[1]!.queries).toBeGreaterThan(events[0]!.queries!);
});

test("an image that is misclassified from the start is not mapped", async () => {
  const result = await (await map("/v1/map?label=glaring")).json();
  expect(result).toMatchObject({ label: "glaring", pixels: [], stopped: null, cost: { queries: 0 } });
});

test.for([
  ["budget", "/v1/map?budget=0", "from 1 to"],
  ["label", "/v1/map?label=zebra", "calm, glaring"],
  ["pixels", "/v1/map?pixels=1", "no option"],
  ["engine", "/v1/map?engine=incremental", "not an ONNX file"],
] as const)("%s is refused: %s", async ([field, path, words], { expect }) => {
  const response = await map(path);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ field, detail: expect.stringContaining(words) });
});
