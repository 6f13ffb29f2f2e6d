/** The map, the fewest pixels, every target and verification inside workerd, on the real model. */
import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";

const call = (path: string, init?: RequestInit) => exports.default.fetch(`http://onepixel.test${path}`, init);

const json = async (path: string, body?: object) => {
  const response = await call(path, {
    method: "POST",
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
};

interface Fooling {
  x: number;
  y: number;
  fooling: { colour: string; label: string; probability: number }[];
}

test("what the map says to fool does, by verification", async () => {
  const map = await json("/v1/map?sample=cat-3");
  expect(map).toMatchObject({ label: "cat", engine: "incremental", cost: { queries: 8192 } });
  const pixels = (map.pixels as Fooling[]).filter(({ fooling }) => fooling.length > 0);
  expect(pixels.length).toBeGreaterThan(0);
  for (const { x, y, fooling } of pixels.slice(0, 5)) {
    const [{ colour, label, probability }] = fooling as [Fooling["fooling"][0]];
    const claims = {
      before: "cat",
      after: { label, probability },
      status: "fooled",
      settings: { pixels: 1 },
    };
    const verified = await json("/v1/verify", { sample: "cat-3", pixels: [{ x, y, to: colour }], ...claims });
    expect(verified).toMatchObject({ holds: true, status: "fooled" });
  }
});

test("the map is drawn as a picture", async () => {
  const headers = { Accept: "image/png" };
  const response = await call("/v1/map?sample=cat-3", { method: "POST", headers });
  expect(response.headers.get("Content-Type")).toBe("image/png");
  const bytes = new DataView(await response.arrayBuffer());
  expect([bytes.getUint32(16), bytes.getUint32(20)]).toEqual([776, 462]);
});

test("the fewest pixels hold under verification, and where one pixel is excluded the answer is not one", async () => {
  for (const sample of ["cat-3", "ship-2", "frog-1"]) {
    const result = await json(`/v1/attack?sample=${sample}&pixels=min&maxPixels=4`);
    const verified = await json("/v1/verify", { sample, ...result });
    expect(verified).toMatchObject({ holds: true, status: result.status });
    const { length } = result.pixels as unknown[];
    if (result.certificate) expect(length).not.toBe(1);
    else expect(length).toBe(1);
  }
});

test("an image is turned into the labels that the targets name", async () => {
  const result = await json("/v1/targets?sample=cat-3");
  const targets = result.targets as { target: string; status: string; image: string }[];
  expect(targets).toHaveLength(9);
  const reached = targets.filter(({ status }) => status === "fooled");
  expect(reached.length).toBeGreaterThan(0);
  for (const { target, image } of reached) {
    expect(await json("/v1/classify", { image })).toMatchObject({ label: target });
  }
});
