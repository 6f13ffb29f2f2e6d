/** Somebody else's wrangler project imports the installed package and attacks in workerd. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { createTestHarness } from "wrangler";

const SOURCE = `
import kernel from "onepixel/kernel.wasm";
import onnx from "onepixel/models/cifar10-resnet8/model.onnx";
import manifest from "onepixel/models/cifar10-resnet8/manifest.json";
import jpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import png from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import resize from "@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm?module";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm";
import onnxruntime from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import { attack, init, loadModel } from "onepixel";

init({ kernel, onnxruntime, codecs: { png, jpeg, webp, resize } });

export default {
  async fetch(request) {
    const model = await loadModel(new Uint8Array(onnx), manifest);
    const image = new Uint8Array(await request.arrayBuffer());
    return Response.json(await attack(model, image, { label: "cat", seed: 1 }));
  },
};
`;

const CONFIG = `
name = "foreign"
main = "index.js"
compatibility_date = "2026-09-01"
send_metrics = false
[[rules]]
type = "Data"
globs = ["**/*.onnx"]
fallthrough = true
`;

test("a foreign Worker gives the same object", async () => {
  const folder = join(inject("packageFolder"), "foreign");
  mkdirSync(folder);
  writeFileSync(join(folder, "index.js"), SOURCE);
  writeFileSync(join(folder, "wrangler.toml"), CONFIG);
  const built = join(folder, "built");
  const wrangler = join(process.cwd(), "node_modules/.bin/wrangler");
  execFileSync(wrangler, ["deploy", "--dry-run", "--outdir", built], { cwd: folder, stdio: "pipe" });
  const configPath = join(folder, "wrangler.toml");
  const harness = createTestHarness({ workers: [{ configPath, prebuiltWorkerDir: built }] });
  try {
    const { url } = await harness.listen();
    const response = await fetch(url, {
      method: "POST",
      body: readFileSync("models/samples/cifar10/cat-3.png"),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(JSON.parse(inject("workerResponse")));
  } finally {
    await harness.close();
  }
});
