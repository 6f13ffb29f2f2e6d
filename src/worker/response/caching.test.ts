import { describe, expect, test } from "vitest";
import { app, classifier, png, post, services } from "../../../test/support/services.ts";
import { createApp } from "../app.ts";
import type { LogLine } from "../middleware/request-log.ts";
import type { Services } from "../services.ts";

const PATH = "/v1/attack?sample=calm-0&pixels=1&seed=1";

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
  Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");

/** Counts what the classifier is asked, and keeps the log. */
function watched(changes: Partial<Services> = {}) {
  const lines: LogLine[] = [];
  const seen = { queries: 0 };
  const watching = {
    ...classifier,
    classify: (tensor: Float32Array, count: number) => {
      seen.queries += count;
      return classifier.classify(tensor, count);
    },
    probabilities: (image: Parameters<typeof classifier.probabilities>[0]) => {
      seen.queries++;
      return classifier.probabilities(image);
    },
  };
  const registry = { classifiers: [watching], default: watching, get: () => watching };
  const watchedApp = createApp({ ...services, registry, log: (line) => lines.push(line), ...changes });
  return { lines, seen, request: watchedApp.request };
}

const tagOf = async (path: string, init?: RequestInit) => (await app.request(path, init)).headers.get("ETag");

describe("GET /v1/attack", () => {
  test("tells caches what they may do", async () => {
    const { headers } = await app.request(PATH);
    expect(headers.get("Cache-Control")).toBe("public, max-age=3600");
    expect(headers.get("Vary")).toContain("Accept");
    expect(headers.get("ETag")).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test.each([
    (tag: string) => tag,
    (tag: string) => `W/${tag}`,
    (tag: string) => `"other, with comma", ${tag}`,
    () => "*",
  ])("with its tag again: 304, and nothing is asked of the classifier (%#)", async (write) => {
    const { lines, seen, request } = watched();
    const first = await request(PATH);
    const spent = seen.queries;
    expect(spent).toBeGreaterThan(0);
    const headers = { "If-None-Match": write(first.headers.get("ETag")!) };
    for (const method of ["GET", "HEAD"]) {
      const again = await request(PATH, { headers, method });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe("");
      for (const name of ["ETag", "Cache-Control", "Vary"]) {
        expect(again.headers.get(name)).toBe(first.headers.get(name));
      }
    }
    expect(seen.queries).toBe(spent);
    expect(lines.map(({ status, queries }) => ({ status, asked: queries > 0 }))).toEqual([
      { status: 200, asked: true },
      { status: 304, asked: false },
      { status: 304, asked: false },
    ]);
  });

  test("with another tag, or a part of its own: the answer", async () => {
    const tag = (await tagOf(PATH))!;
    for (const sent of ['"other"', tag.slice(0, -2), tag.replaceAll('"', ""), ""]) {
      expect((await app.request(PATH, { headers: { "If-None-Match": sent } })).status).toBe(200);
    }
  });

  test("the tag is that of the resolved options, the representation, the model and the service", async () => {
    const tag = await tagOf(PATH);
    expect(await tagOf("/v1/attack?seed=1&sample=calm-0")).toBe(tag);
    expect(await tagOf(`${PATH}&model=glare&label=calm`)).toBe(tag);
    expect(await tagOf(`${PATH}&budget=50`)).not.toBe(tag);
    expect(await tagOf(PATH, { headers: { Accept: "image/png" } })).not.toBe(tag);
    const other = { ...classifier, sha256: "2".repeat(64) };
    const { manifest } = classifier;
    const renamed = { ...classifier, manifest: { ...manifest, labels: ["calm", "dazzling"] } };
    for (const changed of [
      { build: "c".repeat(64) },
      { version: "1.2.4" },
      { registry: { classifiers: [other], default: other, get: () => other } },
      { registry: { classifiers: [renamed], default: renamed, get: () => renamed } },
      { samples: [{ ...services.samples[0]!, sha256: "3".repeat(64) }] },
    ]) {
      expect((await createApp({ ...services, ...changed }).request(PATH)).headers.get("ETag")).not.toBe(tag);
    }
  });

  test("a stream is not kept, and not cut short by a tag", async () => {
    const headers = { Accept: "application/x-ndjson", "If-None-Match": "*" };
    const response = await app.request(PATH, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(response.headers.has("ETag")).toBe(false);
    expect(await response.text()).toContain('"result"');
  });

  test("an attack that time ended, rather than the request, is not kept", async () => {
    const stop = new AbortController();
    const request = new Request(`http://onepixel.test${PATH}&search=random&stop=confidence`, {
      signal: stop.signal,
    });
    const pause = async () => stop.abort();
    const response = await createApp({ ...services, pause }).request(request);
    expect(await response.json()).toMatchObject({ stopped: "aborted" });
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(response.headers.has("ETag")).toBe(false);
  });
});

test("a POST of the same image and options carries the same tag, and is answered whatever tag it brings", async () => {
  const samples = [{ ...services.samples[0]!, sha256: await sha256(png) }];
  const { request } = createApp({ ...services, samples });
  const tag = (await request(PATH)).headers.get("ETag");
  const response = await request("/v1/attack?pixels=1&seed=1&label=calm", {
    ...post(png, "image/png", { "If-None-Match": tag! }),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("ETag")).toBe(tag);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
});

test.each([
  "/v1/models",
  "/v1/models/glare",
  "/v1/samples",
  "/v1/samples/calm-0",
  "/v1/models/glare/badge.svg",
  "/v1/models/glare/badge.json",
  "/models/glare",
  "/openapi.json",
  "/docs",
])("%s has a tag, and is 304 with it", async (path) => {
  const first = await app.request(path);
  const tag = first.headers.get("ETag")!;
  expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
  expect(first.headers.get("Cache-Control")).toMatch(/^public, max-age=\d+$/);
  for (const sent of [tag, `"x", W/${tag}`, "*"]) {
    const again = await app.request(path, { headers: { "If-None-Match": sent } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect(again.headers.get("ETag")).toBe(tag);
    expect(again.headers.get("Cache-Control")).toBe(first.headers.get("Cache-Control"));
  }
  expect((await app.request(path, { headers: { "If-None-Match": '"x"' } })).status).toBe(200);
});

test.each(["/nowhere", "/v1/models/none", `${PATH}&pixels=0`])(
  "the problem of %s is not kept",
  async (path) => {
    const response = await app.request(path, { headers: { "If-None-Match": "*" } });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
  },
);
