/** What caches may share between clients, and what they may not. */
import { describe, expect, test } from "vitest";
import { app, png, post, postJson, services } from "../../../test/support/services.ts";
import { createApp } from "../app.ts";

const ATTACK = "/v1/attack?sample=calm-0&pixels=1&seed=1";

describe("the request id of one client", () => {
  test.each([
    ATTACK,
    "/v1/models",
    "/v1/samples/calm-0",
    "/v1/models/glare/badge.svg",
    "/models/glare",
    "/docs",
  ])("does not reach others through the cached response of %s, and is in the log", async (path) => {
    const ids: string[] = [];
    const logging = createApp({ ...services, log: ({ id }) => ids.push(id) });
    const headers = { "X-Request-Id": "mine-alone" };
    const response = await logging.request(path, { headers });
    expect(response.headers.get("Cache-Control")).toMatch(/^public/);
    expect(response.headers.has("X-Request-Id")).toBe(false);
    const tag = { ...headers, "If-None-Match": response.headers.get("ETag")! };
    const again = await logging.request(path, { headers: tag });
    expect([again.status, again.headers.has("X-Request-Id")]).toEqual([304, false]);
    expect(ids).toEqual(["mine-alone", "mine-alone"]);
  });

  test.each(["/healthz", "/nowhere", `${ATTACK}&pixels=0`])(
    "is in the response of %s, which nobody keeps",
    async (path) => {
      const response = await app.request(path, { headers: { "X-Request-Id": "mine-alone" } });
      expect(response.headers.get("X-Request-Id")).toBe("mine-alone");
      expect(response.headers.get("Cache-Control")).toBe("no-store");
    },
  );
});

const verified = {
  sample: "calm-0",
  before: "calm",
  after: "glaring",
  pixels: [{ x: 3, y: 3, to: "#ff00ff" }],
};
test.each<[string, RequestInit]>([
  ["/v1/attack", post(png)],
  ["/v1/attack", post(png, "image/png", { Accept: "image/png" })],
  ["/v1/attack", post(png, "image/png", { Accept: "application/x-ndjson" })],
  ["/v1/map", post(png)],
  ["/v1/map", post(png, "image/png", { Accept: "image/png" })],
  ["/v1/targets", post(png)],
  ["/v1/classify", post(png)],
  ["/v1/classify", post(png, "image/png", { Accept: "image/png" })],
  ["/v1/verify", postJson(verified)],
])("POST %s, %j: the response about somebody's own image is stored nowhere", async (path, init) => {
  const response = await app.request(path, init);
  expect(response.status).toBe(200);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(response.headers.has("X-Request-Id")).toBe(true);
});

describe("an Accept header that few send does not multiply the cache", () => {
  const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  const get = (path: string, accept?: string) =>
    app.request(path, accept === undefined ? {} : { headers: { Accept: accept } });

  test.each([
    [ATTACK, undefined, "application/json"],
    [ATTACK, "*/*", "application/json"],
    [ATTACK, "application/json", "application/json"],
    [ATTACK, "image/png", "image/png"],
    ["/models/glare", undefined, "text/html"],
    ["/models/glare", "text/html", "text/html"],
    ["/models/glare", BROWSER, "text/html"],
  ])("%s with Accept %s is kept", async (path, accept, type) => {
    const response = await get(path, accept);
    expect(response.headers.get("Content-Type")).toContain(type);
    expect(response.headers.get("Cache-Control")).toMatch(/^public, max-age=/);
    expect(response.headers.get("Vary")).toContain("Accept");
  });

  test.each([
    [ATTACK, "application/json;q=0.5", "application/json"],
    [ATTACK, "application/json, text/x-1", "application/json"],
    [ATTACK, "APPLICATION/JSON", "application/json"],
    [ATTACK, "*/*;q=0.3", "application/json"],
    [ATTACK, "image/png;x=1, image/*", "image/png"],
    ["/models/glare", "text/html;level=7, */*;q=0.1", "text/html"],
  ])("%s with Accept %s is answered, and not kept", async (path, accept, type) => {
    const response = await get(path, accept);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toContain(type);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(response.headers.get("Vary")).toContain("Accept");
  });
});

test("a badge brings a policy that lets it do nothing, wherever it is opened", async () => {
  for (const path of [
    "/v1/models/glare/badge.svg",
    "/v1/models/none/badge.svg",
    "/v1/models/glare/badge.svg?style=x",
  ]) {
    const { headers } = await app.request(path);
    expect(headers.get("Content-Security-Policy")).toBe("default-src 'none'; sandbox");
  }
});
