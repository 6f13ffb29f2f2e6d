/** Models, samples and evaluation sets, read through the binding of the static assets. */
import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { evaluations, models, reports, samples } from "../../build/registry.ts";
import { sha256 } from "../../src/core/model/digest.ts";
import { readAsset } from "./read-asset.ts";

const digest = async (response: Response) => sha256(new Uint8Array(await response.arrayBuffer()));
const request = (path: string, init?: RequestInit) => env.ASSETS.fetch(`http://onepixel.test${path}`, init);

test("every file of the registry is there, and is the one that was built", async () => {
  const sets = evaluations.flatMap((set) => ("planes" in set ? [set.planes] : [...set.files]));
  for (const asset of [...models, ...reports, ...samples, ...sets]) {
    expect(await digest(await request(asset.path)), asset.path).toBe(asset.sha256);
  }
});

test("a file that is not the one of the registry is refused", async () => {
  const [model] = models;
  await expect(readAsset({ ...model!, sha256: "0".repeat(64) })).rejects.toMatchObject({
    kind: "file-unavailable",
    message: expect.stringContaining(`its SHA-256 is ${model!.sha256}, not 000`),
  });
  await expect(readAsset({ ...model!, path: "/models/none/model.onnx" })).rejects.toMatchObject({
    kind: "file-unavailable",
    message: expect.stringContaining("The file /models/none/model.onnx of this service could not be read."),
  });
});

describe("a page of another origin may load a model, and is told when it has it already", () => {
  const path = "/models/cifar10-resnet8/model.onnx";

  test("by the headers of its URL", async () => {
    const response = await request(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(response.headers.get("Cross-Origin-Resource-Policy")).toBe("cross-origin");
    expect(response.headers.get("Cache-Control")).toBe("public, max-age=300");
    const tag = response.headers.get("ETag")!;
    await response.body!.cancel();
    const again = await request(path, { headers: { "If-None-Match": tag } });
    expect(again.status).toBe(304);
  });

  test("with the manifest beside it", async () => {
    const manifest = await (await request(path.replace("model.onnx", "manifest.json"))).json();
    expect(manifest).toEqual(models.find((model) => model.path === path)!.manifest);
  });
});

test("a path below that of a model which is no file is the Worker's", async () => {
  expect((await request("/models/cifar10-resnet8")).status).toBe(404);
  const page = await exports.default.fetch("http://onepixel.test/models/cifar10-resnet8");
  expect(page.status).toBe(200);
});
