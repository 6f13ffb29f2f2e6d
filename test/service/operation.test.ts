/** The built Worker under load, at its limits, and left by its clients, over HTTP. */
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attackResultSchema, classificationSchema } from "../../src/api/results.ts";
import { healthSchema, modelsSchema, problemSchema, samplesSchema } from "../../src/api/service.ts";
import { type BuiltWorker, startBuiltWorker } from "../support/built-worker.ts";

let worker: BuiltWorker;
beforeAll(async () => {
  worker = await startBuiltWorker();
});
afterAll(() => worker.close());

const call = (path: string, init?: RequestInit) => fetch(worker.origin + path, init);
const png = readFileSync("models/samples/cifar10/frog-4.png");
const raw = { method: "POST", body: png, headers: { "Content-Type": "image/png" } };

const lines = () =>
  worker
    .logs()
    .filter((text) => text.startsWith('{"id"'))
    .map((text): { id: string; queries: number; status: number } => JSON.parse(text));

/** The log line of the request with this id, once it is there. */
async function lineOf(id: string) {
  for (let tries = 0; tries < 200; tries++) {
    const line = lines().find((candidate) => candidate.id === id);
    if (line) return line;
    await wait(50);
  }
  throw new Error(`the request ${id} was not logged`);
}

const matches = (schema: v.GenericSchema) => async (response: Response) =>
  expect(v.safeParse(schema, await response.json()).issues).toBeUndefined();

interface Ask {
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  /** Fails on a body that is not valid. */
  readonly check: (response: Response) => Promise<unknown>;
}

/** Ten requests of different kinds, no two attacks alike. */
const mixed = (n: number): Ask[] => [
  {
    path: `/v1/attack?sample=cat-${n % 10}&pixels=1&seed=${n}&budget=500`,
    status: 200,
    check: matches(attackResultSchema),
  },
  {
    path: `/v1/attack?pixels=3&seed=${n}&budget=500`,
    init: raw,
    status: 200,
    check: matches(attackResultSchema),
  },
  {
    path: `/v1/attack?sample=ship-${n % 10}&seed=${n}&budget=500`,
    init: { headers: { Accept: "application/x-ndjson" } },
    status: 200,
    check: async (response) => {
      const events = (await response.text())
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(events.map(({ event }) => event).slice(0, -1)).not.toContain("result");
      const { event, ...result } = events.at(-1);
      expect(event).toBe("result");
      expect(v.safeParse(attackResultSchema, result).issues).toBeUndefined();
    },
  },
  {
    path: `/v1/attack?sample=dog-${n % 10}&seed=${n}&budget=500`,
    init: { headers: { Accept: "image/png" } },
    status: 200,
    check: async (response) =>
      expect(
        Buffer.from(await response.arrayBuffer())
          .subarray(1, 4)
          .toString(),
      ).toBe("PNG"),
  },
  { path: "/v1/classify", init: raw, status: 200, check: matches(classificationSchema) },
  { path: "/v1/models", status: 200, check: matches(modelsSchema) },
  { path: "/v1/samples", status: 200, check: matches(samplesSchema) },
  { path: "/healthz", status: 200, check: matches(healthSchema) },
  { path: `/v1/attack?sample=cat-3&pixels=${n + 2000}`, status: 422, check: matches(problemSchema) },
  { path: `/v1/samples/none-${n}`, status: 404, check: matches(problemSchema) },
];

/** Sends all, at most `concurrency` at once. @returns the seconds that it took */
async function send(asks: readonly Ask[], concurrency: number): Promise<number> {
  const start = performance.now();
  const rest = [...asks];
  const client = async () => {
    for (let ask = rest.shift(); ask; ask = rest.shift()) {
      const response = await call(ask.path, ask.init);
      expect(response.status, ask.path).toBe(ask.status);
      await ask.check(response);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return (performance.now() - start) / 1000;
}

test("200 mixed requests, 16 at once or one at a time: all answered, each body valid", async () => {
  await send(mixed(0), 1);
  const ratios: number[] = [];
  for (let round = 0; round < 5; round++) {
    const asks = [0, 1, 2, 3].flatMap((part) => mixed(1 + round * 4 + part));
    // In turns, so that a machine whose speed drifts is fair to both.
    const order = round % 2 === 0 ? [1, 16] : [16, 1];
    const seconds = new Map<number, number>();
    for (const concurrency of order) seconds.set(concurrency, await send(asks, concurrency));
    ratios.push(seconds.get(1)! / seconds.get(16)!);
  }
  const [, , median] = ratios.sort((a, b) => a - b);
  console.log(
    `throughput at 16 beside 1: ${median!.toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(", ")})`,
  );
});

test("with its tag again: 304, and the log says that nothing was queried", async () => {
  const path = "/v1/attack?sample=cat-3&pixels=1&seed=1";
  const first = await call(path, { headers: { "X-Request-Id": "first-of-two" } });
  await first.text();
  const tag = first.headers.get("ETag")!;
  expect((await lineOf("first-of-two")).queries).toBeGreaterThan(0);
  const again = await call(path, { headers: { "If-None-Match": tag, "X-Request-Id": "again" } });
  expect(again.status).toBe(304);
  expect(await lineOf("again")).toMatchObject({ queries: 0, status: 304 });
  const body = readFileSync("models/samples/cifar10/cat-3.png");
  const posted = await call("/v1/attack?pixels=1&seed=1&label=cat", { ...raw, body });
  expect(posted.headers.get("ETag")).toBe(tag);
});

describe("a stream that its client closes", () => {
  test("stops the search: the log's queries end where the client left", async () => {
    const id = "closed-stream";
    const budget = 40_000;
    const leave = new AbortController();
    const response = await call(
      `/v1/attack?sample=cat-3&search=random&target=ship&stop=confidence&budget=${budget}`,
      { headers: { Accept: "application/x-ndjson", "X-Request-Id": id }, signal: leave.signal },
    );
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let seen = 0;
    while (seen < 2000) {
      const events = (await reader.read()).value!.match(/"queries":\d+/g) ?? [];
      seen = Number(events.at(-1)?.split(":")[1] ?? seen);
    }
    leave.abort();
    const { queries } = await lineOf(id);
    console.log(`read up to query ${seen}, left; the search ended at ${queries} of ${budget}`);
    expect(queries).toBeGreaterThanOrEqual(seen);
    // What lies between the two sockets was computed before the client left.
    expect(queries - seen).toBeLessThan(budget / 20);
  });
});

describe("the deployed limits", () => {
  const from = (address: string) => ({ ...raw, headers: { ...raw.headers, "CF-Connecting-IP": address } });

  test("one network gets so many requests that compute, and is told when to come again; others are not disturbed", async () => {
    const [, limit] = /limit = (\d+)/.exec(readFileSync("wrangler.toml", "utf8"))!;
    const statuses: number[] = [];
    let last: Response | undefined;
    // A window may end between them, so there are enough for two.
    for (let n = 0; n < 2 * Number(limit) + 2 && last?.status !== 429; n++) {
      last = await call(`/v1/classify?x=${n}`, from("203.0.113.7"));
      statuses.push(last.status);
    }
    expect(statuses.length).toBeGreaterThan(Number(limit));
    expect(last!.status).toBe(429);
    expect(last!.headers.get("Retry-After")).toBe("60");
    expect(last!.headers.get("RateLimit-Policy")).toBe(`"compute";q=${limit};w=60`);
    await matches(problemSchema)(last!);
    expect((await call("/v1/classify", from("198.51.100.1"))).status).toBe(200);
    expect((await call("/v1/classify", raw)).status).toBe(200);
  });
});

describe("errors", () => {
  const json = (body: string) => ({ method: "POST", body, headers: { "Content-Type": "application/json" } });
  test.each([
    ["/nowhere", {}],
    ["/v1/attack", { method: "PATCH" }],
    ["/v1/attack", json("{")],
    ["/v1/attack", { ...raw, body: png.subarray(0, 100) }],
    ["/v1/attack?sample=cat-3", { headers: { Accept: "text/csv" } }],
    ["/v1/attack?sample=cat-3&pixels=0", {}],
    ["/v1/attack?sample=%00%ff", {}],
    ["/v1/classify", { ...raw, body: Buffer.alloc(2 ** 21 + 1) }],
    ["/v1/audits", { method: "POST" }],
    ["/v1/audits/none", { headers: { Authorization: "Bearer none" } }],
    ["/v1/verify", json('{"before":"cat"}')],
    ["/%2e%2e/%2e%2e/etc/passwd", {}],
  ] as [string, RequestInit][])("%s %j: neither path, nor stack, nor version", async (path, init) => {
    const response = await call(path, init);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    for (const name of ["server", "x-powered-by", "via", "x-aspnet-version"]) {
      expect(response.headers.has(name)).toBe(false);
    }
    const told = `${JSON.stringify([...response.headers])} ${await response.text()}`;
    expect(told).not.toContain(process.cwd());
    expect(told).not.toMatch(
      /node_modules|workerd|wrangler|hono|valibot|onnxruntime-web@|\bat \w+ \(|\.[jt]s:\d/i,
    );
    expect(JSON.parse(told.slice(told.indexOf("] {") + 2))).toMatchObject({
      type: expect.stringMatching(/^\/docs#/),
      detail: expect.stringMatching(/^[A-Z].{20,}\.$/s),
    });
  });
});
