/** The installed package, bundled for a browser, in Chromium. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { build as esbuild } from "esbuild";
import type { Browser } from "playwright-core";
import { build as vite } from "vite";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { browserUnwanted, launchBrowser } from "../browser/chromium.ts";

const folder = inject("packageFolder");
const response = JSON.parse(inject("workerResponse"));

const example = (load: string) => `
import { attack, loadModel, setWasmUrl } from "onepixel/browser";
try {
  ${load}
  const image = new Uint8Array(await (await fetch("cat.png")).arrayBuffer());
  globalThis.result = await attack(model, image, { label: "cat", seed: 1 });
} catch (error) {
  globalThis.result = { failed: String(error) };
}
`;
const HTML =
  '<!doctype html><title>t</title><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>';
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

function project(name: string, load: string): string {
  const root = join(folder, name);
  mkdirSync(join(root, "out"), { recursive: true });
  writeFileSync(join(root, "index.html"), HTML);
  writeFileSync(join(root, "main.js"), example(load));
  return root;
}

async function serve(root: string): Promise<Server> {
  cpSync("models/samples/cifar10/cat-3.png", join(root, "cat.png"));
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    try {
      const file = join(root, path === "/" ? "index.html" : path);
      const bytes = readFileSync(file);
      response
        .writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" })
        .end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

let browser: Browser | undefined;
beforeAll(async () => {
  if (!browserUnwanted) browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function attackedIn(root: string): Promise<unknown> {
  const server = await serve(root);
  try {
    const page = await browser!.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction("globalThis.result !== undefined", undefined, { timeout: 60_000 });
    return await page.evaluate("globalThis.result");
  } finally {
    server.close();
  }
}

test.skipIf(browserUnwanted)("bundled by Vite, the example gives the Worker's object", async () => {
  const root = project("vite", "const model = await loadModel();");
  await vite({
    root,
    configFile: false,
    logLevel: "error",
    base: "./",
    build: { outDir: "out", target: "esnext", minify: false },
  });
  expect(await attackedIn(join(root, "out"))).toEqual(response);
});

test.skipIf(browserUnwanted)("bundled by esbuild, with the files beside it, too", async () => {
  const root = project(
    "esbuild",
    `setWasmUrl("wasm/");
  const manifest = await (await fetch("models/manifest.json")).json();
  const model = await loadModel("models/model.onnx", manifest);`,
  );
  const out = join(root, "out");
  await esbuild({
    entryPoints: [join(root, "main.js")],
    outdir: out,
    bundle: true,
    format: "esm",
    logLevel: "error",
  });
  const installed = join(folder, "node_modules/onepixel/dist");
  cpSync(join(installed, "build/wasm"), join(out, "wasm"), { recursive: true });
  cpSync(join(installed, "models/cifar10-resnet8"), join(out, "models"), { recursive: true });
  cpSync(join(root, "index.html"), join(out, "index.html"));
  expect(await attackedIn(out)).toEqual(response);
});
