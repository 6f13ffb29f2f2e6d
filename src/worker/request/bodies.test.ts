/** When bodies are read, and how many of their bytes an instance holds at once. */
import { createHash } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { limitsOf, png, post, services } from "../../../test/support/services.ts";
import { createApp } from "../app.ts";
import type { Services } from "../services.ts";

afterEach(() => void vi.useRealTimers());

const MIB = 1024 * 1024;
const rate = { policy: '"compute";q=60;w=60', allows: async () => true };
const tokens = [createHash("sha256").update("mine").digest("hex")];
const from = { "CF-Connecting-IP": "203.0.113.9" };
const owned = { Authorization: "Bearer mine" };

const appWith = (changes: Partial<Services>) => createApp({ ...services, tokens, ...changes });

/** A body without Content-Length, in chunks of 1 MiB; `read` tells how many of them were asked for. */
function chunked(chunks: number, headers: Record<string, string> = {}) {
  let read = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        if (++read > chunks) controller.close();
        else controller.enqueue(new Uint8Array(MIB));
      },
    },
    { highWaterMark: 0 },
  );
  const init = { ...post(body, "application/json", headers), duplex: "half" } as RequestInit;
  return { init, read: () => read };
}

/** A body of which the first bytes arrive, and the rest only when `finish` is called. */
function stalled(bytes: number) {
  let finish = () => {};
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(bytes));
      finish = () => controller.close();
    },
  });
  return { init: { ...post(body), duplex: "half" } as RequestInit, finish: () => finish() };
}

const arrive = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("the body of an audit", () => {
  test("is not read without a token, and the refusal counts in the rate limit", async () => {
    const clients: string[] = [];
    const allows = async (client: string) => clients.push(client) > 0;
    const app = appWith(limitsOf(16, { ...rate, allows }));
    const { init, read } = chunked(16, from);
    expect((await app.request("/v1/audits", init)).status).toBe(401);
    expect((await app.request("/v1/audits/some", { headers: from })).status).toBe(401);
    const withdrawal = { method: "DELETE", headers: from };
    expect((await app.request("/v1/models/glare/audit", withdrawal)).status).toBe(401);
    expect(read()).toBe(0);
    expect(clients).toEqual(["203.0.113.9", "203.0.113.9", "203.0.113.9"]);
  });

  test("is not read beyond the rate limit, whatever the token", async () => {
    const app = appWith(limitsOf(16, { ...rate, allows: async () => false }));
    for (const headers of [from, { ...from, ...owned }]) {
      const { init, read } = chunked(16, headers);
      expect((await app.request("/v1/audits", init)).status).toBe(429);
      expect(read()).toBe(0);
    }
    expect((await app.request("/v1/audits/some", { headers: from })).status).toBe(429);
    // An owner may query the progress of an audit any number of times.
    expect((await app.request("/v1/audits/some", { headers: { ...from, ...owned } })).status).toBe(404);
  });

  test("is not read while others take all slots", async () => {
    const limits = limitsOf(16, rate);
    const release = limits.concurrencyLimit.acquire(16)!;
    const app = appWith(limits);
    const { init, read } = chunked(1, owned);
    expect((await app.request("/v1/audits", init)).status).toBe(429);
    expect(read()).toBe(0);
    release();
    expect((await app.request("/v1/audits", chunked(1, owned).init)).status).toBe(400);
  });

  test("is read no further than its limit", async () => {
    const { init, read } = chunked(100, owned);
    expect((await appWith({}).request("/v1/audits", init)).status).toBe(413);
    expect(read()).toBeLessThanOrEqual(17);
  });
});

describe("a body that does not arrive", () => {
  const late = async (bytes: number, seconds: number) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { init, finish } = stalled(bytes);
    const response = appWith({}).request("/v1/classify", init);
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    if (seconds < 30) finish();
    return response;
  };

  test("is given up after 30 seconds, and its bytes no longer count", async () => {
    const limits = limitsOf(1000, rate);
    const app = appWith(limits);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const bodies = Array.from({ length: 16 }, () => stalled(2 * MIB));
    const responses = bodies.map(({ init }) => app.request("/v1/classify", init));
    await vi.advanceTimersByTimeAsync(30_000);
    for (const response of await Promise.all(responses)) {
      expect(response.status).toBe(408);
      expect(await response.json()).toMatchObject({ type: "/docs#slow-body", field: "body" });
    }
    vi.useRealTimers();
    expect((await app.request("/v1/classify", post(png))).status).toBe(200);
  });

  test("is waited for until then", async () => {
    // It is no image: what counts is that it was read.
    expect((await late(1000, 29.9)).status).toBe(415);
    expect((await late(1000, 30)).status).toBe(408);
  });
});

describe("the bytes of bodies", () => {
  test("count in a limit of the instance, and no longer when their request is over", async () => {
    const app = appWith(limitsOf(1000, rate));
    const bodies = Array.from({ length: 16 }, () => stalled(2 * MIB));
    const responses = bodies.map(({ init }) => app.request("/v1/classify", init));
    await arrive();
    for (const init of [post(png), chunked(1).init]) {
      const refused = await app.request("/v1/classify", init);
      expect(refused.status).toBe(429);
      expect(await refused.json()).toMatchObject({
        type: "/docs#busy",
        field: "body",
        detail: expect.stringMatching(/33554432 bytes/),
      });
    }
    expect((await app.request("/v1/classify?sample=calm-0", { method: "POST" })).status).toBe(200);
    for (const { finish } of bodies) finish();
    for (const response of responses) expect((await response).status).toBe(415);
    expect((await app.request("/v1/classify", post(png))).status).toBe(200);
  });
});
