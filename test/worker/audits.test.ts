/// <reference types="@cloudflare/vitest-plugin/types" />
/** Audits on the emulated queue and Durable Objects, with real storage and the real model. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import ortModule from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import { beforeAll, describe, expect, test } from "vitest";
import kernelModule from "../../build/kernel.wasm";
import { evaluations, models } from "../../build/registry.ts";
import { attack } from "../../src/core/attack/run.ts";
import { auditImage } from "../../src/core/audit/audit-image.ts";
import type { AuditDefinition } from "../../src/core/audit/definition.ts";
import { evaluationImage } from "../../src/core/audit/evaluation-set.ts";
import { evaluationImages } from "../../src/core/audit/image-set.ts";
import type { ImageOutcome } from "../../src/core/audit/outcome.ts";
import { outcomeOf } from "../../src/core/audit/outcome-of.ts";
import { statistics } from "../../src/core/audit/statistics/statistics.ts";
import { encodePng } from "../../src/core/image/png/png.ts";
import { createRegistry } from "../../src/core/model/registry.ts";
import { createRuntime } from "../../src/core/model/runtime.ts";
import { openEvaluations, openModels } from "../../src/worker/assets.ts";
import { presentReport } from "../../src/worker/response/present-audit.ts";
import { readAsset } from "./read-asset.ts";

const classifier = createRegistry(openModels(models, readAsset), createRuntime(ortModule)).default;
const { labels, input } = classifier.manifest;
const stored = evaluations.find(({ manifest }) => manifest.id === "cifar10-test")!;
if (!("planes" in stored)) throw new Error("cifar10-test has another format.");
const evaluationSet = await openEvaluations([stored], readAsset)[0]!.open();
const evaluationFile = await readAsset(stored.planes);

const { AUDIT_TOKENS: auditTokens } = env as unknown as { readonly AUDIT_TOKENS: string };

const FIRST = { Authorization: "Bearer first-owner" };
const SECOND = { Authorization: "Bearer second-owner" };

/** A presented audit; only what the tests look at. */
interface Audit {
  id: string;
  state: string;
  progress: { done: number; total: number; failed: number };
  definition: AuditDefinition;
  publication: { published: boolean; reason: string | null } | null;
  report: { rows: { pixels: number; statistics: unknown }[] } | null;
}

const call = (path: string, init?: RequestInit) => exports.default.fetch(`http://onepixel.test${path}`, init);
const get = async <T>(path: string, headers: HeadersInit = FIRST): Promise<T> =>
  (await call(path, { headers })).json() as Promise<T>;

async function start(body: object, headers: HeadersInit = FIRST): Promise<Audit> {
  const response = await call("/v1/audits", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { ...headers, "Content-Type": "application/json" },
  });
  const audit = (await response.json()) as Audit;
  expect(response.status, JSON.stringify(audit)).toBe(202);
  expect(response.headers.get("Location")).toBe(`/v1/audits/${audit.id}`);
  return audit;
}

/** The audit, once it holds. */
async function until(id: string, holds: (audit: Audit) => boolean, headers?: HeadersInit): Promise<Audit> {
  for (let tries = 0; tries < 400; tries++) {
    const audit = await get<Audit>(`/v1/audits/${id}`, headers);
    if (holds(audit)) return audit;
    await scheduler.wait(100);
  }
  throw new Error(`The audit ${id} did not come to it.`);
}

const ended = ({ state }: Audit) => state !== "running";
const objectOf = (id: string) => env.AUDITS.get(env.AUDITS.idFromString(id));

/** The figures that the same attacks give without queue and storage, as `npm run evaluate` computes them. */
async function figures({ definition }: Audit) {
  const outcomes: ImageOutcome[] = [];
  if (definition.images.seed === undefined) throw new Error("These images are not here.");
  for (const { index, label } of evaluationImages(definition.images, classifier.manifest, evaluationSet)) {
    const { image } = evaluationImage(evaluationFile, index);
    const own = await auditImage(definition, label, async (settings) =>
      outcomeOf(await attack({ classifier, kernelModule, image, settings }), index, labels),
    );
    outcomes.push(...own);
  }
  return definition.rows.map(({ pixels }) => ({
    pixels,
    statistics: statistics(
      outcomes.filter((outcome) => outcome.pixels === pixels),
      { labels: labels.length, width: input.width, height: input.height },
    ),
  }));
}

/** As figures look in the API. */
async function presentedFigures(audit: Audit) {
  const rows = await figures(audit);
  const { definition } = audit;
  const report = {
    schemaVersion: 3,
    ...definition,
    date: "",
    rows: rows.map((row, at) => ({ ...definition.rows[at]!, ...row, gallery: [] })),
    minimalPixels: { n: 0, counts: [], survived: 0 },
  } as const;
  return presentReport(report).rows.map(({ pixels, statistics }) => ({ pixels, statistics }));
}

const rowsOf = ({ report }: Audit) => report?.rows.map(({ pixels, statistics }) => ({ pixels, statistics }));

const firstImages = (count: number) => ({ set: "cifar10-test", count });

beforeAll(async () => {
  await (await call("/healthz")).json();
});

describe("an audit", () => {
  test("ends with the figures of its attacks, to the last digit, and streams its progress", async () => {
    const audit = await start({ images: firstImages(8), pixels: [1, 3], budget: 150, seed: 3 });
    const stream = await call(`/v1/audits/${audit.id}`, {
      headers: { ...FIRST, Accept: "text/event-stream" },
    });
    const events = (await stream.text()).trim().split("\n\n");
    const seen = events.map((event) => {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event)!;
      return { name, data: JSON.parse(data!) };
    });
    expect(seen.at(-1)).toMatchObject({ name: "result", data: { state: "finished" } });
    const steps = seen.slice(0, -1).map(({ data }) => data.done);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(new Set(steps).size).toBeGreaterThan(4);

    const finished = await get<Audit>(`/v1/audits/${audit.id}`);
    expect(rowsOf(finished)).toEqual(JSON.parse(JSON.stringify(await presentedFigures(audit))));
    const csv = await (await call(`/v1/audits/${audit.id}/results.csv`, { headers: FIRST })).text();
    expect(csv.trimEnd().split("\r\n")).toHaveLength(1 + 8 * 2);
    const { results } = await get<{ results: object[] }>(`/v1/audits/${audit.id}/results.json`);
    expect(results[0]).toMatchObject({ index: 0, label: "cat", pixels: 1 });
  });

  test("of uploaded images attacks just those, a misclassified one included", async () => {
    const upload = [0, 3].map((index) => {
      const { label, image } = evaluationImage(evaluationFile, index);
      return { image: btoa(String.fromCharCode(...encodePng(image))), label: labels[label] };
    });
    upload.push({ image: upload[0]!.image, label: "dog" });
    const audit = await start({ images: upload, pixels: 1, budget: 150, seed: 3 });
    await until(audit.id, ended);
    const { results } = await get<{ results: ImageOutcome[] }>(`/v1/audits/${audit.id}/results.json`);
    const alike = await start({ images: firstImages(4), pixels: 1, budget: 150, seed: 3 });
    await until(alike.id, ended);
    const other = await get<{ results: ImageOutcome[] }>(`/v1/audits/${alike.id}/results.json`);
    expect(results.slice(0, 2)).toEqual([
      { ...other.results[0]!, index: 0 },
      { ...other.results[3]!, index: 1 },
    ]);
    expect(results[2]).toMatchObject({ index: 2, label: "dog", newLabel: "cat", status: "misclassified" });
  });

  test("that is targeted attacks every image at every other label", async () => {
    const audit = await start({ images: firstImages(2), pixels: 3, budget: 30, targeted: true });
    const finished = await until(audit.id, ended);
    expect(rowsOf(finished)).toEqual(JSON.parse(JSON.stringify(await presentedFigures(audit))));
    expect(rowsOf(finished)![0]!.statistics).toMatchObject({ targets: { reached: { n: 18 } } });
  });

  test("that is published and keeps the protocol, but is weaker than the shipped report, says so", async () => {
    const model = `/v1/models/${classifier.manifest.id}`;
    const before = await get(`${model}/audit`);
    const audit = await start({ images: firstImages(120), pixels: 5, publish: true });
    expect(audit.publication).toBeNull();
    const finished = await until(audit.id, ended);
    expect(finished.publication).toEqual({
      published: false,
      reason: expect.stringMatching(
        /^The report of 2026-11-22, of 1000 images with the rows pixels=1 .* is kept: /,
      ),
    });
    expect(await get(`${model}/audit`)).toEqual(before);
  }, 120_000);
});

describe("when something fails", () => {
  test("a message delivered three times counts once", async () => {
    const audit = await start({ images: firstImages(6), pixels: 1, budget: 100 });
    const messages = Array.from({ length: 6 }, (_, position) => ({ body: { audit: audit.id, position } }));
    await env.AUDIT_QUEUE.sendBatch(messages);
    await env.AUDIT_QUEUE.sendBatch(messages);
    const finished = await until(audit.id, ended);
    expect(finished.progress).toEqual({ done: 6, total: 6, failed: 0 });
    expect(rowsOf(finished)).toEqual(JSON.parse(JSON.stringify(await presentedFigures(audit))));
    await scheduler.wait(1000);
    expect(rowsOf(await get<Audit>(`/v1/audits/${audit.id}`))).toEqual(rowsOf(finished));
  });

  test("an object that is evicted in the middle goes on from its storage", async () => {
    const audit = await start({ images: firstImages(6), pixels: 1, budget: 200 });
    await until(audit.id, ({ progress }) => progress.done >= 2);
    await evictDurableObject(objectOf(audit.id));
    const finished = await until(audit.id, ended);
    expect(rowsOf(finished)).toEqual(JSON.parse(JSON.stringify(await presentedFigures(audit))));
  });

  test("an image whose attack throws is reported as failed after its retries, the rest is intact", async () => {
    const images = [0, 1, 2, 3].map((index) => {
      const { label, image } = evaluationImage(evaluationFile, index);
      return { image: btoa(String.fromCharCode(...encodePng(image))), label: labels[label] };
    });
    const audit = await start({ images, pixels: [1, 3], budget: 100 });
    await runInDurableObject(objectOf(audit.id), (_, state) => {
      state.storage.sql.exec("UPDATE image SET samples = x'00' WHERE position = 3");
    });
    const finished = await until(audit.id, ended);
    expect(finished).toMatchObject({ state: "finished", progress: { done: 4, total: 4, failed: 1 } });
    const { results } = await get<{ results: ImageOutcome[] }>(`/v1/audits/${audit.id}/results.json`);
    expect(results.slice(-2).map(({ status, problem }) => [status, problem])).toEqual([
      ["failed", "The stored image has 1 samples instead of 3072."],
      ["failed", "The stored image has 1 samples instead of 3072."],
    ]);
    const intact = await start({ images: firstImages(3), pixels: [1, 3], budget: 100 });
    const whole = rowsOf(await until(intact.id, ended))!;
    const rows = rowsOf(finished)!.map(({ pixels, statistics }) => ({
      pixels,
      statistics: { ...(statistics as object), failed: 0 },
    }));
    expect(rows).toEqual(whole);
  });

  test("cancelling stops new work and keeps what was done", async () => {
    const audit = await start({ images: firstImages(200), pixels: 1, budget: 300 });
    await until(audit.id, ({ progress }) => progress.done >= 1);
    const response = await call(`/v1/audits/${audit.id}`, { method: "DELETE", headers: FIRST });
    const cancelled = (await response.json()) as Audit;
    expect(cancelled.state).toBe("cancelled");
    expect(cancelled.progress.done).toBeLessThan(200);
    expect(await objectOf(audit.id).work(199)).toBeNull();
    await scheduler.wait(1500);
    const later = await get<Audit>(`/v1/audits/${audit.id}`);
    expect(later.progress).toEqual(cancelled.progress);
    const { results } = await get<{ results: object[] }>(`/v1/audits/${audit.id}/results.json`);
    expect(results).toHaveLength(cancelled.progress.done);
  });

  test("an audit that comes to no end in a day is given up: what has no outcome failed", async () => {
    const audit = await start({ images: firstImages(200), pixels: 1, budget: 300 });
    await until(audit.id, ({ progress }) => progress.done >= 1);
    await runInDurableObject(objectOf(audit.id), (_, state) => {
      state.storage.sql.exec("UPDATE audit SET created = created - 25 * 60 * 60 * 1000");
    });
    expect(await runDurableObjectAlarm(objectOf(audit.id))).toBe(true);
    const { state, progress } = await get<Audit>(`/v1/audits/${audit.id}`);
    expect([state, progress.done]).toEqual(["finished", 200]);
    expect(progress.failed).toBeGreaterThan(100);
  });

  test("messages of an audit that is not there any more do no harm", async () => {
    const id = env.AUDITS.newUniqueId();
    const object = env.AUDITS.get(id);
    expect(await object.work(0)).toBeNull();
    await object.note(0, "It broke.");
    await object.giveUp(0);
    await object.addOutcomes(0, []);
    expect(await runDurableObjectAlarm(object)).toBe(false);
    expect((await call(`/v1/audits/${id}`, { headers: FIRST })).status).toBe(404);
  });

  test("an audit that is over is forgotten when its time has come", async () => {
    const audit = await start({ images: firstImages(1), pixels: 1, budget: 10 });
    await until(audit.id, ended);
    expect(await runDurableObjectAlarm(objectOf(audit.id))).toBe(true);
    expect((await call(`/v1/audits/${audit.id}`, { headers: FIRST })).status).toBe(200);
    await runInDurableObject(objectOf(audit.id), (_, state) => {
      state.storage.sql.exec("UPDATE audit SET ended = ended - 31 * 24 * 60 * 60 * 1000");
    });
    expect(await runDurableObjectAlarm(objectOf(audit.id))).toBe(true);
    expect((await call(`/v1/audits/${audit.id}`, { headers: FIRST })).status).toBe(404);
  });
});

test("two audits at once do not mix, and neither owner sees the other's", async () => {
  const [one, two] = await Promise.all([
    start({ images: firstImages(5), pixels: 1, budget: 60, seed: 1 }),
    start({ images: { set: "cifar10-test", count: 5, seed: 9 }, pixels: 2, budget: 90, seed: 2 }, SECOND),
  ]);
  const [first, second] = await Promise.all([until(one.id, ended), until(two.id, ended, SECOND)]);
  expect(rowsOf(first)).toEqual(JSON.parse(JSON.stringify(await presentedFigures(one))));
  expect(rowsOf(second)).toEqual(JSON.parse(JSON.stringify(await presentedFigures(two))));
  for (const [path, method] of [
    ["", "GET"],
    ["", "DELETE"],
    ["/results.csv", "GET"],
    ["/results.json", "GET"],
  ]) {
    const response = await call(`/v1/audits/${one.id}${path}`, { method: method!, headers: SECOND });
    expect(response.status).toBe(404);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  }
});

describe("bad requests", () => {
  test.each([
    ["no token", {}],
    ["a wrong token", { Authorization: "Bearer somebody" }],
    ["another scheme", { Authorization: "Basic Zmlyc3Q6b3duZXI=" }],
    ["a digest instead of a token", { Authorization: `Bearer ${auditTokens.slice(0, 64)}` }],
  ])("%s gets 401 and a challenge", async (_, headers) => {
    for (const [path, method] of [
      ["/v1/audits", "POST"],
      ["/v1/audits/0", "GET"],
      ["/v1/audits/0", "DELETE"],
    ]) {
      const response = await call(path!, { method: method!, headers });
      expect(response.status).toBe(401);
      expect(response.headers.get("WWW-Authenticate")).toMatch(/^Bearer/);
      expect(await response.json()).toMatchObject({ status: 401, detail: expect.stringContaining("token") });
    }
  });

  const image = btoa(String.fromCharCode(...encodePng(evaluationImage(evaluationFile, 0).image)));
  test.each([
    ["no images", { images: { set: "cifar10-test", count: 0 } }, "images", "count from 1 to"],
    ["too many", { images: { set: "cifar10-test", count: 1001 } }, "images", "count from 1 to 1000"],
    ["another set", { images: { set: "imagenet" } }, "images", "cifar10-test"],
    ["an empty list", { images: [] }, "images", "1 to 500 images"],
    ["a long list", { images: new Array(501).fill({ image, label: "cat" }) }, "images", "1 to 500 images"],
    ["no image", { images: [{ image: "AAAA", label: "cat" }] }, "images[0].image", "Image 0"],
    ["no label", { images: [{ image, label: "cat" }, { image }] }, "images", "a list of"],
    ["an unknown label", { images: [{ image, label: "unicorn" }] }, "images[0].label", "unicorn"],
    [
      "uploaded images published",
      { images: [{ image, label: "cat" }], publish: true },
      "images",
      "evaluation set",
    ],
    [
      "a sample published",
      { images: { set: "cifar10-test", count: 200, seed: 1 }, publish: true },
      "images",
      "without a seed",
    ],
    ["few images published", { publish: true, images: firstImages(99) }, "images", "at least 100, not 99"],
    [
      "a small budget published",
      { publish: true, budget: 40 },
      "budget",
      "at least 10000, the default, not 40",
    ],
    [
      "another search published",
      { publish: true, search: "random" },
      "search",
      "must be auto, the default, not random",
    ],
    ["another seed published", { publish: true, seed: 2 }, "seed", "must be 1, the default, not 2"],
    ["targets published", { publish: true, targeted: true }, "targeted", "must be false"],
    ["no pixels", { pixels: [] }, "pixels", "list of 1 to 10"],
    ["pixels twice", { pixels: [1, 1] }, "pixels", "twice"],
    ["corners with three pixels", { pixels: [1, 3], search: "corners" }, "search", "pixels=1"],
    ["no budget", { budget: 0 }, "budget", "from 1 to"],
    ["a target", { target: "cat" }, "target", "no option"],
    ["an unknown model", { model: "none" }, "model", "no model"],
    ["an image of its own", { image }, "image", "field images"],
  ])("%s: refused by the name of the field", async (_, body, field, detail) => {
    const response = await call("/v1/audits", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { ...FIRST, "Content-Type": "application/json" },
    });
    expect(await response.json()).toMatchObject({
      status: 422,
      field,
      detail: expect.stringContaining(detail),
    });
  });

  test("a body over 16 MiB is refused, one of 500 images is not over it", async () => {
    const body = JSON.stringify({ images: new Array(500).fill({ image, label: "cat" }) });
    expect(body.length).toBeLessThan(16 * 1024 * 1024);
    const response = await call("/v1/audits", {
      method: "POST",
      body: body.padEnd(16 * 1024 * 1024 + 1),
      headers: { ...FIRST, "Content-Type": "application/json" },
    });
    expect(await response.json()).toMatchObject({ status: 413, field: "body" });
  });

  test.each(["0", "0".repeat(64), "%00", "..%2f"])("an audit called %j does not exist", async (id) => {
    expect((await call(`/v1/audits/${id}`, { headers: FIRST })).status).toBe(404);
  });

  test("a badge is always an image: an unknown model, a bad option, a row that was not audited", async () => {
    for (const [path, message] of [
      ["none/badge.svg", "no such model"],
      [`${classifier.manifest.id}/badge.svg?style=round`, "option style is not valid"],
      [`${classifier.manifest.id}/badge.svg?colour=red`, "option colour is not valid"],
      [`${classifier.manifest.id}/badge.svg?pixels=1000`, "1000px: not audited"],
    ]) {
      const response = await call(`/v1/models/${path}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("Content-Type")).toBe("image/svg+xml; charset=utf-8");
      expect(await response.text()).toContain(`<title>pixel attack: ${message}</title>`);
    }
  });

  test("a badge that was seen is not sent again", async () => {
    const path = `/v1/models/${classifier.manifest.id}/badge.svg?label=%3Cb%3E`;
    const first = await call(path);
    expect(await first.text()).toContain("<title>&lt;b&gt;: ");
    const etag = first.headers.get("ETag")!;
    const again = await call(path, { headers: { "If-None-Match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });
});
