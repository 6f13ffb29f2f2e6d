import { describe, expect, test } from "vitest";
import { app, limitsOf, png, post, services } from "../../../test/support/services.ts";
import { createApp } from "../app.ts";
import type { Services } from "../services.ts";
import { networkOf } from "./rate-limit.ts";
import type { LogLine } from "./request-log.ts";

const POLICY = '"compute";q=60;w=60';
const LONG = "/v1/attack?sample=calm-0&search=random&target=glaring&stop=confidence&budget=100000";
const ndjson = { Accept: "application/x-ndjson" };

function logging(changes: Partial<Services> = {}) {
  const lines: LogLine[] = [];
  const ends: Promise<void>[] = [];
  const changed = createApp({
    ...services,
    log: (line) => lines.push(line),
    waitUntil: (end) => ends.push(end),
    ...changes,
  });
  return { lines, request: changed.request, over: () => Promise.all(ends) };
}

/** Every route whose description says that it attacks or asks a classifier. */
async function computing(): Promise<[method: string, path: string][]> {
  const { paths } = (await (await app.request("/openapi.json")).json()) as {
    paths: Record<string, Record<string, { tags: string[] }>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { tags }]) => tags.includes("attack"))
      .map(([method]): [string, string] => [method.toUpperCase(), path]),
  );
}

const bodies: Record<string, RequestInit> = {
  "/v1/verify": post(
    JSON.stringify({
      sample: "calm-0",
      pixels: [{ x: 1, y: 1, to: "#ff00ff" }],
      before: "calm",
      after: "calm",
    }),
    "application/json",
  ),
};

const ask = (method: string, path: string): [string, RequestInit] =>
  method === "GET" ? [`${path}?sample=calm-0`, {}] : [path, bodies[path] ?? post(png)];

describe("the rate limit", () => {
  test("stands before every route that computes, and no other", async () => {
    const routes = await computing();
    expect(routes.length).toBeGreaterThan(4);
    const clients: string[] = [];
    const allows = async (client: string) => clients.push(client) < 0;
    const { request, lines } = logging(limitsOf(16, { policy: POLICY, allows }));
    for (const [method, path] of routes) {
      const [url, init] = ask(method, path);
      const headers = { ...(init.headers as object), "CF-Connecting-IP": "203.0.113.9" };
      const response = await request(url, { ...init, headers });
      expect(response.status, path).toBe(429);
      expect(response.headers.get("Retry-After")).toBe("60");
      expect(response.headers.get("RateLimit-Policy")).toBe(POLICY);
      expect(response.headers.get("Cache-Control")).toBe("no-store");
      expect(await response.json()).toMatchObject({ type: "/docs#rate-limited", status: 429 });
    }
    expect(clients).toEqual(routes.map(() => "203.0.113.9"));
    expect(lines.map(({ queries }) => queries)).toEqual(routes.map(() => 0));
    const headers = { "CF-Connecting-IP": "203.0.113.9" };
    for (const path of ["/v1/models", "/v1/samples/calm-0", "/healthz", "/openapi.json"]) {
      expect((await request(path, { headers })).status).toBe(200);
    }
  });

  test("does not count what a cache holds, nor requests from the machine itself", async () => {
    const { request } = logging(limitsOf(16, { policy: POLICY, allows: async () => false }));
    const path = "/v1/attack?sample=calm-0";
    for (const address of [undefined, "127.0.0.1", "::1"]) {
      const headers = address === undefined ? {} : { "CF-Connecting-IP": address };
      expect((await request(path, { headers })).status).toBe(200);
    }
    const headers = { "CF-Connecting-IP": "203.0.113.9", "If-None-Match": "*" };
    expect((await request(path, { headers })).status).toBe(304);
  });

  test.each([
    ["203.0.113.9", "203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0db8:0001:2::9", "2001:db8:1:2"],
    ["2001:db8::9", "2001:db8:0:0"],
    ["::ffff:203.0.113.9", "0:0:0:0"],
  ])("%s asks from the network %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test("counts all addresses of one IPv6 network of 64 bits as one client", async () => {
    const clients: string[] = [];
    const allows = async (client: string) => clients.push(client) > 0;
    const { request } = logging(limitsOf(16, { policy: POLICY, allows }));
    for (const address of ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9", "2001:db8:1:3::9"]) {
      const headers = { "CF-Connecting-IP": address };
      expect((await request("/v1/classify", post(png, "image/png", headers))).status).toBe(200);
    }
    expect(clients).toEqual(["2001:db8:1:2", "2001:db8:1:2", "2001:db8:1:3"]);
  });
});

describe("the concurrency limit", () => {
  test("stands before every route that computes, and its slots are free again afterwards", async () => {
    const { request, over } = logging(limitsOf(1, { policy: POLICY, allows: async () => true }));
    const holder = await request(LONG, { headers: ndjson });
    const reader = holder.body!.getReader();
    await reader.read();
    for (const [method, path] of await computing()) {
      const response = await request(...ask(method, path));
      expect(response.status, path).toBe(429);
      expect(response.headers.get("Retry-After")).toBe("1");
      expect(await response.json()).toMatchObject({ type: "/docs#busy" });
    }
    expect((await request("/v1/models")).status).toBe(200);
    const cached = { headers: { "If-None-Match": "*" } };
    expect((await request("/v1/attack?sample=calm-0", cached)).status).toBe(304);
    await reader.cancel();
    await over();
    for (const [method, path] of await computing()) {
      // Twice: the first leaves the slot free for the second, whether it is answered or fails.
      await request(...ask(method, path));
      expect((await request(...ask(method, path))).status, path).toBe(200);
    }
    expect((await request("/v1/classify", post(new Uint8Array([1, 2, 3])))).status).toBe(415);
    expect((await request("/v1/classify", post(png))).status).toBe(200);
  });
});

test("large populations take several slots, but never more than there are", async () => {
  const { request, over } = logging(limitsOf(4, { policy: POLICY, allows: async () => true }));
  // A budget of 100,000 takes two slots.
  const large = "/v1/attack?sample=calm-0&search=de&population=1000&pixels=9";
  const holder = (await request(LONG, { headers: ndjson })).body!.getReader();
  await holder.read();
  expect((await request(large)).status).toBe(429);
  expect((await request(large.replace("pixels=9", "pixels=8"))).status).toBe(200);
  await holder.cancel();
  await over();
  expect((await request(large.replace("pixels=9", "pixels=64"))).status).toBe(200);
});

describe("a reader that leaves", () => {
  test("stops the search at one of its next pauses, as the log tells", async () => {
    const { request, lines, over } = logging();
    const response = await request(LONG, { headers: ndjson });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let seen = 0;
    while (seen < 500) seen = JSON.parse((await reader.read()).value!.trimEnd().split("\n").at(-1)!).queries;
    expect(lines).toEqual([]);
    await reader.cancel();
    await over();
    expect(lines).toHaveLength(1);
    const [{ queries }] = lines as [LogLine];
    expect(queries).toBeGreaterThanOrEqual(seen);
    // There are 64 queries between two pauses; one progress event may have been on its way.
    expect(queries - seen).toBeLessThanOrEqual(3 * 64);
  });
});

test.each(["application/x-ndjson", "text/event-stream"])(
  "a reader of %s that leaves before the last event does not keep its place",
  async (Accept) => {
    const { request, lines, over } = logging();
    const path = "/v1/attack?sample=calm-0";
    const whole = (await request(path, { headers: { Accept } })).body!.getReader();
    let events = 0;
    while (!(await whole.read()).done) events++;
    expect(events).toBeGreaterThan(1);
    await over();
    lines.length = 0;
    const reader = (await request(path, { headers: { Accept } })).body!.getReader();
    for (let read = 1; read < events; read++) await reader.read();
    await reader.cancel();
    await over();
    expect(lines).toHaveLength(1);
  },
);

describe("the log", () => {
  test("has one line a request, without the image", async () => {
    const { request, lines } = logging();
    const headers = { "X-Request-Id": "mine-1" };
    const result = (await (await request("/v1/attack?pixels=1", post(png, "image/png", headers))).json()) as {
      cost: { queries: number };
    };
    await request("/v1/classify", post(png));
    await request("/v1/models/glare?x=secret");
    await request("/nowhere?x=secret");
    await (await request(LONG.replace("100000", "100"), { headers: ndjson })).text();
    await new Promise((resolve) => setTimeout(resolve));
    const model = "glare";
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(lines).toEqual([
      { id: "mine-1", method: "POST", route: "/v1/attack", model, queries: result.cost.queries, status: 200 },
      { id, method: "POST", route: "/v1/classify", model, queries: 1, status: 200 },
      { id, method: "GET", route: "/v1/models/:model", model: null, queries: 0, status: 422 },
      { id, method: "GET", route: null, model: null, queries: 0, status: 404 },
      { id, method: "GET", route: "/v1/attack", model, queries: 100, status: 200 },
    ]);
  });
});
