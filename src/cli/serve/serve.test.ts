import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foreignOnnx } from "../../../test/support/foreign-model.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { attack, encodePng, type Model } from "../../node/index.ts";
import { openModel } from "../../node/open-model.ts";
import { run } from "../run.ts";
import { localApp } from "./app.ts";

const folder = mkdtempSync(join(tmpdir(), "onepixel-serve-"));
const file = join(folder, "mine.onnx");
let png: Uint8Array<ArrayBuffer>;
let model: Model;
let app: ReturnType<typeof localApp>;

beforeAll(async () => {
  const foreign = { channels: 3, side: 8, layout: "NHWC", batch: "N", softmax: true, range: 255 } as const;
  writeFileSync(file, new Uint8Array(foreignOnnx(foreign)));
  model = await openModel(file, { labels: ["a", "b", "c"], normalise: "none" });
  png = encodePng({ width: 8, height: 8, channels: 3, data: new Uint8Array(192).fill(90) });
  app = localApp(model as Classifier, "1.2.3");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the page and the API of one's own model are served", async () => {
  const page = await app.request("/");
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("<title>onepixel");
  expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  expect((await app.request("/page.js")).headers.get("Content-Type")).toContain("javascript");
  const { models } = (await (await app.request("/v1/models")).json()) as { models: { id: string }[] };
  expect(models.map(({ id }) => id)).toEqual(["mine"]);
  expect((await app.request("/docs")).status).toBe(200);
});

test("an attack is what the library answers", async () => {
  const init = { method: "POST", body: png, headers: { "Content-Type": "image/png" } };
  const response = await app.request("/v1/attack?budget=50&seed=3", init);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(
    JSON.parse(JSON.stringify(await attack(model, png, { budget: 50, seed: 3 }))),
  );
});

test.each([
  ["POST", "/v1/audits"],
  ["GET", "/v1/audits/abc"],
  ["GET", "/v1/audits/abc/results.csv"],
  ["GET", "/v1/models/mine/audit"],
  ["DELETE", "/v1/models/mine/audit"],
])("%s %s, which needs Cloudflare, is answered with 501 and the reason", async (method, path) => {
  const response = await app.request(path, { method });
  expect(response.status).toBe(501);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  expect(await response.json()).toMatchObject({
    status: 501,
    detail: expect.stringContaining("Durable Objects"),
  });
});

test("the page's headers are those of the deployed page", async () => {
  const deployed = readFileSync("public/_headers", "utf8");
  const { headers } = await app.request("/");
  for (const name of ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"]) {
    expect(deployed).toContain(`${name}: ${headers.get(name)}\n`);
  }
});

test("the command listens, says where, and ends with Ctrl-C", async () => {
  const stopped = new AbortController();
  const listening = Promise.withResolvers<string>();
  const io = { out: listening.resolve, error: () => {}, signal: stopped.signal };
  const args = ["serve", "--model", file, "--normalise", "none", "--labels", "a,b,c", "--port", "0"];
  const ended = run(args, io, "1.2.3");
  const said = await Promise.race([listening.promise, ended.then(String)]);
  expect(said).toMatch(/^onepixel is serving mine on http:\/\/127\.0\.0\.1:\d+\n$/);
  const response = await fetch(`${said.trim().split(" ").at(-1)}/healthz`);
  expect(response.status).toBe(200);
  stopped.abort();
  expect(await ended).toBe(0);
});

test("completion scripts ask the command, which knows commands, options and their values", async () => {
  const printed = async (...args: string[]) => {
    let out = "";
    const code = await run(args, { out: (text) => (out += text), error: (text) => (out += text) });
    return { code, out };
  };
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const { code, out } = await printed("completion", shell);
    expect(code).toBe(0);
    expect(out).toMatch(/onepixel.*\bcomplete '?--/);
  }
  expect((await printed("completion", "tcsh")).code).toBe(2);
  expect((await printed("complete", "--", "au")).out).toMatch(/^audit\t/);
  expect((await printed("complete", "--", "audit", "--max")).out).toMatch(/^--max-fooled\t/m);
  expect((await printed("complete", "--", "audit", "--normalise", "")).out).toMatch(/^imagenet\t?\n/);
  const files = [
    ["audit", "--images", ""],
    ["audit", "--images", "ph"],
    ["attack", ""],
    ["attack", "cat"],
  ];
  for (const words of files)
    expect((await printed("complete", "--", ...words)).out, words.join()).toBe(":0\n");
  expect((await printed("complete", "--", "attack", "--nothing")).out).toBe(":4\n");
  expect((await printed("completion", "bash")).out).toContain("\ncomplete -o default -F ");
});
