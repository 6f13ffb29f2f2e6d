/** Maps whose budget does not suffice for every change, over HTTP. */
import * as v from "valibot";
import { expect, test } from "vitest";
import { app, image, png, post, postJson, services } from "../../../test/support/services.ts";
import { mapSchema, progressSchema } from "../../api/results.ts";
import type { MapResult } from "../../core/attack/map/result.ts";
import { decodePng, encodePng } from "../../core/image/png/png.ts";
import { stretch } from "../../core/image/stretch.ts";
import { createApp } from "../app.ts";

const photo = encodePng(stretch(image, { width: 40, height: 24, channels: 3 }));
const send = (query: string, accept = "application/json", body = png) =>
  app.request(`/v1/map?${query}`, post(body, "image/png", { Accept: accept }));

test("a map with a small budget says which part of each block was tried, and sent again it is the same", async () => {
  const result = (await (await send("budget=200")).json()) as MapResult & { settings: object };
  expect(v.safeParse(mapSchema, result).issues).toBeUndefined();
  expect(result).toMatchObject({
    cost: { queries: 200, budget: 200 },
    settings: { model: "glare", budget: 200, seed: 1 },
    stopped: "budget",
    certificate: null,
  });
  const { blocks = [] } = result;
  expect(blocks.reduce((sum, { tried }) => sum + tried, 0)).toBe(200);
  expect(blocks.reduce((sum, { changes }) => sum + changes, 0)).toBe(512);
  expect(blocks.flatMap(({ fooling }) => fooling).length).toBeGreaterThan(2);
  for (const { x, y, colour, label } of blocks.flatMap(({ fooling }) => fooling)) {
    expect([colour, label, x > 1 && x < 6, y > 1 && y < 6]).toEqual(["#ff00ff", "glaring", true, true]);
  }
  const again = await app.request(
    "/v1/map",
    postJson({ image: Buffer.from(png).toString("base64"), ...result.settings }),
  );
  expect(await again.json()).toEqual(result);
});

test("blocks stream as they come", async () => {
  const lines = (await (await send("budget=200", "application/x-ndjson")).text()).trimEnd().split("\n");
  const events = lines.map((line) => JSON.parse(line) as { event: string; blocks: MapResult["blocks"] });
  for (const { event, ...progress } of events.slice(0, -1)) {
    expect(event).toBe("progress");
    expect(v.safeParse(progressSchema, progress).issues).toBeUndefined();
  }
  const [first] = events;
  expect(first!.blocks!.reduce((sum, { tried }) => sum + tried, 0)).toBe(16);
  const told = events.slice(0, -1).flatMap(({ blocks }) => blocks!.map(({ width }) => width));
  expect(told[0]).toBeGreaterThan(told.at(-1)!);
});

test("a photo is mapped in its own pixels", async () => {
  const result = (await (await send("budget=600&space=source&seed=3", undefined, photo)).json()) as MapResult;
  expect(v.safeParse(mapSchema, result).issues).toBeUndefined();
  expect(result).toMatchObject({
    width: 40,
    height: 24,
    settings: { space: "source", seed: 3, budget: 600 },
  });
  expect(result.blocks!.reduce((sum, { changes }) => sum + changes, 0)).toBe(40 * 24 * 8);
  const picture = await send("budget=600&space=source&seed=3", "image/png", photo);
  const pixels = result.blocks!.flatMap(({ fooling }) => fooling.map(({ x, y }) => `${x} ${y}`));
  expect(picture.headers.get("Onepixel-Fooling")).toBe(String(new Set(pixels).size));
  expect(picture.headers.get("Onepixel-Queries")).toBe("600");
  const { width } = await decodePng(new Uint8Array(await picture.arrayBuffer()), 3);
  expect(width).toBe(2 * 40 * 9 + 8);
});

test("the picture of a sampled map has one colour in each block that the image's own is mixed into", async () => {
  const flat = { ...image, data: new Uint8Array(image.data.length).fill(90) };
  const body = encodePng(flat);
  const result = (await (await send("budget=100", undefined, body)).json()) as MapResult;
  const response = await send("budget=100", "image/png", body);
  const picture = await decodePng(new Uint8Array(await response.arrayBuffer()), 3);
  const size = 48;
  const centre = (x: number, y: number) => {
    const column = picture.width - (8 - x) * size + size / 2;
    return [...picture.data.subarray(((y * size + size / 2) * picture.width + column) * 3)]
      .slice(0, 3)
      .join();
  };
  for (const { x, y, width, height, fooling } of result.blocks!) {
    const colours = new Set<string>();
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) {
        if (!fooling.some((each) => each.x === column && each.y === row)) colours.add(centre(column, row));
      }
    }
    expect(colours.size).toBeLessThanOrEqual(1);
  }
  for (const { x, y } of result.blocks!.flatMap(({ fooling }) => fooling)) {
    expect(centre(x, y)).toBe("255,0,255");
  }
});

test("where the service does not allow a whole map, the default is a sampled one", async () => {
  const small = createApp({ ...services, maxBudget: { ...services.maxBudget, map: 300 } });
  const response = await small.request("/v1/map", post(png));
  expect(await response.json()).toMatchObject({ settings: { budget: 300, seed: 1 }, certificate: null });
  const refused = await small.request("/v1/map?budget=301", post(png));
  expect(await refused.json()).toMatchObject({
    field: "budget",
    detail: expect.stringContaining("from 1 to 300"),
  });
});

test("an image of the input's size has no pixels of its own", async () => {
  const response = await send("space=source");
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    field: "space",
    detail: expect.stringContaining("Omit space"),
  });
});
