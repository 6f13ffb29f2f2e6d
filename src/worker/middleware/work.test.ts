/** What a request may cost: by its price, not by its count. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { limitsOf, png, post, services } from "../../../test/support/services.ts";
import { DEFAULT_WORK, fitOptions } from "../../core/attack/options/fit.ts";
import { workOfAttack, workOfMap, workOfTargets } from "../../core/attack/options/work.ts";
import { kernelModule, nodeRegistry } from "../../node/services.ts";
import { createApp } from "../app.ts";
import type { Services } from "../services.ts";

const classifier = nodeRegistry().default;
const { labels, input } = classifier.manifest;
const bounds = { ...input, labels, maxBudget: 100_000 };
const incremental = { classifier, engine: "incremental" } as const;
const onnxruntime = { classifier, engine: "onnxruntime" } as const;
const toml = readFileSync("wrangler.toml", "utf8");

test("the work that defaults are fitted to, on every host, is that of one request to the shipped Worker", () => {
  expect(toml).toContain(`MAX_WORK_REQUEST = "${DEFAULT_WORK}"`);
});
const MOST = Number(/MAX_WORK_REQUEST = "(\d+)"/.exec(toml)![1]);
const limit = (priced: typeof incremental | typeof onnxruntime) => ({
  maxWork: MOST,
  workOf: (settings: Parameters<typeof workOfAttack>[1]) => workOfAttack(priced, settings),
});

/** The shipped classifier's samples are not needed here: options are refused before an image is read. */
const real = createApp({
  ...services,
  registry: { classifiers: [classifier], default: classifier, get: () => classifier },
  kernelModule: kernelModule(),
  maxWork: { request: MOST, auditImage: 4_000_000 },
});
const refusal = async (query: string) => {
  const response = await real.request(`/v1/attack?${query}`, post(png));
  return { status: response.status, ...((await response.json()) as { field?: string; detail?: string }) };
};

describe("a budget", () => {
  test.each([
    ["pixels=1024&search=random&stop=confidence&budget=100000", 7500, 8300],
    ["pixels=5&engine=onnxruntime&budget=40400", 4300, 4700],
    ["pixels=min&maxPixels=10&budget=10000", 1500, 1700],
    ["preset=paper&pixels=64&budget=40400", 8300, 9200],
  ])("of too much work is refused, and what would fit is said: %s", async (query, least, most) => {
    const { status, field, detail } = await refusal(query);
    expect({ status, field }).toEqual({ status: 422, field: "budget" });
    const fits = Number(/at most (\d+) /.exec(detail!)![1]);
    expect(fits).toBeGreaterThanOrEqual(least);
    expect(fits).toBeLessThanOrEqual(most);
    expect(detail).toContain(`${MOST} million multiply-adds`);
    const accepted = await refusal(query.replace(/budget=\d+/, `budget=${fits}`));
    expect(accepted.field).not.toBe("budget");
  });

  test.each([
    [{ pixels: 1 }],
    [{ pixels: 3 }],
    [{ pixels: 5 }],
    [{ pixels: 16 }],
    [{ pixels: 1, preset: "paper" as const }],
    [{ pixels: 1, search: "random" as const, budget: 41_000 }],
    [{ pixels: 1, budget: 100_000 }],
  ])("of a usual request stays: %o", (options) => {
    const fitted = fitOptions(options, bounds, limit(incremental));
    const own = "preset" in options ? 40_400 : 10_000;
    expect(fitted.budget).toBe("budget" in options ? options.budget : own);
  });

  test("that was left out is lowered to what fits, and sent again it fits", () => {
    const options = { pixels: 64, preset: "paper" as const };
    const fitted = fitOptions(options, bounds, limit(incremental));
    expect(fitted.budget).toBeLessThan(40_400);
    expect(workOfAttack(incremental, fitted)).toBeLessThanOrEqual(MOST);
    expect(workOfAttack(incremental, { ...fitted, budget: fitted.budget + 1 })).toBeGreaterThan(MOST);
    expect(fitOptions({ ...options, budget: fitted.budget }, bounds, limit(incremental))).toEqual(fitted);
  });

  test("of the fewest pixels pays for the whole corner scan, and for less of each other number", () => {
    const fitted = fitOptions({ pixels: "min" }, bounds, limit(incremental));
    expect(fitted).toMatchObject({ pixels: "min", maxPixels: 10, scanBudget: 8192 });
    expect(fitted.budget).toBeGreaterThanOrEqual(1300);
    expect(fitOptions({ pixels: "min", maxPixels: 2 }, bounds, limit(incremental)).budget).toBe(10_000);
  });
});

test("the costliest request takes at most nine seconds of one core, by the slowest figure of price.ts", () => {
  const secondsOfAMillion = 72e-6;
  expect(MOST * secondsOfAMillion).toBeLessThanOrEqual(9);
});

test("a map fits; through onnxruntime only a sampled one does, and a whole one is refused", async () => {
  expect(workOfMap(incremental, { budget: 8192 })).toBeLessThan(35_000);
  const response = await real.request("/v1/map?engine=onnxruntime&budget=8192", post(png));
  expect(response.status).toBe(422);
  const { field, detail } = (await response.json()) as { field: string; detail: string };
  expect(field).toBe("budget");
  const fits = Number(/at most (\d+) /.exec(detail)![1]);
  expect(workOfMap(onnxruntime, { budget: fits })).toBeLessThanOrEqual(MOST);
  expect(workOfMap(onnxruntime, { budget: fits + 1 })).toBeGreaterThan(MOST);
});

test("the targets of one pixel fit", () => {
  const settings = fitOptions({ pixels: 1 }, bounds, limit(incremental));
  expect(workOfTargets(incremental, settings)).toBe(workOfMap(incremental, { budget: 90_000 }));
  expect(workOfTargets(incremental, { ...settings, pixels: 3 })).toBeGreaterThan(
    2 * workOfMap(incremental, { budget: 90_000 }),
  );
});

describe("the rate limit of work", () => {
  const address = { "CF-Connecting-IP": "203.0.113.9" };
  const withWork = (changes: Partial<Services>) => createApp({ ...services, ...changes });

  test("counts the work of each request in units, and says which and when to try again", async () => {
    const units: number[] = [];
    const allows = async (_: string, count: number) => units.push(count) < 3;
    const app = withWork(limitsOf(16, {}, { unit: 0.1, allows }));
    const ask = (budget: number) =>
      app.request(`/v1/attack?sample=calm-0&search=random&budget=${budget}`, { headers: address });
    expect((await ask(10)).status).toBe(200);
    expect((await ask(1000)).status).toBe(200);
    const refused = await ask(10);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("Retry-After")).toBe("60");
    expect(refused.headers.get("RateLimit-Policy")).toBe('"work";q=400;w=60');
    expect(await refused.json()).toMatchObject({
      type: "/docs#rate-limited",
      detail: expect.stringMatching(/million multiply-adds.*40 .*60 seconds/),
    });
    expect(units[1]! / units[0]!).toBeGreaterThan(50);
    for (const path of ["/v1/map", "/v1/targets"]) {
      expect((await app.request(path, post(png, "image/png", address))).status, path).toBe(429);
    }
  });

  test("counts nothing of a request that finds no free slot", async () => {
    const units: number[] = [];
    const allows = async (_: string, count: number) => units.push(count) > 0;
    const limits = limitsOf(1, {}, { allows });
    limits.concurrencyLimit.acquire(1);
    const response = await withWork(limits).request("/v1/attack?sample=calm-0", { headers: address });
    expect(response.status).toBe(429);
    expect(units).toEqual([]);
  });
});

test("the costliest request takes four slots", async () => {
  const limits = limitsOf(4);
  const app = createApp({ ...services, ...limits, maxWork: { request: 25, auditImage: 25 } });
  const release = limits.concurrencyLimit.acquire(1)!;
  expect((await app.request("/v1/attack?sample=calm-0&search=random&budget=10")).status).toBe(200);
  expect((await app.request("/v1/attack?sample=calm-0&search=random&budget=225")).status).toBe(429);
  release();
  expect((await app.request("/v1/attack?sample=calm-0&search=random&budget=225")).status).toBe(200);
});
