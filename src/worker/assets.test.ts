/** How assets are read, with responses in place of a binding; test/worker/assets.test.ts reads through a real one. */
import { expect, test } from "vitest";
import { greyEntry, greyManifest, greyOnnx } from "../../test/support/grey-model.ts";
import { services } from "../../test/support/services.ts";
import { sha256 } from "../core/model/digest.ts";
import { createRegistry } from "../core/model/registry.ts";
import { nodeRuntime } from "../node/models.ts";
import { createApp } from "./app.ts";
import { type Asset, createReadAsset, openModels, openReports, openSamples } from "./assets.ts";

const bytes = new TextEncoder().encode("the file");
const asset: Asset = { path: "/models/a/model.onnx", sha256: await sha256(bytes) };

/** Responses one after the other, the last of them for every later request; and the URLs that were asked for. */
function binding(...responses: (() => Response | Promise<Response>)[]) {
  const asked: string[] = [];
  const read = createReadAsset(async (url) => {
    const respond = responses[Math.min(asked.push(url), responses.length) - 1]!;
    return respond();
  });
  return { asked, read };
}
const whole = () => new Response(bytes);

test("an asset is read by its path and compared with its digest", async () => {
  const { asked, read } = binding(whole);
  expect(new Uint8Array(await read(asset))).toEqual(bytes);
  expect(asked.map((url) => new URL(url).pathname)).toEqual([asset.path]);
});

test.each<[string, () => Response | Promise<Response>, RegExp]>([
  [
    "is missing",
    () => new Response(null, { status: 404 }),
    /model\.onnx of this service could not be read\./,
  ],
  ["cannot be had", () => Promise.reject(new TypeError("network")), /could not be read\. Try again/],
  [
    "is another file",
    () => new Response("another file"),
    /is not the one that it was built with: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}\. Try again/,
  ],
])("an asset that %s is a problem that says so", async (_, respond, detail) => {
  await expect(binding(respond).read(asset)).rejects.toMatchObject({
    kind: "file-unavailable",
    message: expect.stringMatching(detail),
    headers: { "Retry-After": "10" },
  });
});

test("a sample is read once for all that ask for it at once; after a read that failed the next of them reads it", async () => {
  const { asked, read } = binding(() => new Response(null, { status: 500 }), whole);
  const [sample] = openSamples(
    [{ name: "a-0", label: "a", set: "s", licence: "none", source: "here", ...asset }],
    read,
  );
  const [first, ...others] = await Promise.allSettled([sample!.read(), sample!.read(), sample!.read()]);
  expect(first!.status).toBe("rejected");
  const png = await sample!.read();
  expect(others.map((other) => other.status === "fulfilled" && other.value)).toEqual([png, png]);
  expect(asked).toHaveLength(2);
});

test("the report of a model is read when it is asked for, and only for its very file", async () => {
  const report = { date: "2026-01-01" };
  const text = new TextEncoder().encode(JSON.stringify(report));
  const { asked, read } = binding(() => new Response(text));
  const model = { id: "a", sha256: "1".repeat(64) };
  const reports = openReports([{ model, path: "/models/a/audit.json", sha256: await sha256(text) }], read);
  expect(await reports({ id: "b", sha256: model.sha256 })).toBeNull();
  expect(await reports({ id: "a", sha256: "2".repeat(64) })).toBeNull();
  expect(asked).toEqual([]);
  expect([await reports(model), await reports(model)]).toEqual([report, report]);
  expect(asked).toHaveLength(1);
});

test("a request for a model that cannot be read gets the problem, and the next request an answer", async () => {
  const onnx = greyOnnx();
  const { asked, read } = binding(
    () => new Response(null, { status: 503 }),
    () => new Response(onnx),
  );
  const { path } = asset;
  const facts = {
    manifest: greyManifest,
    path,
    sha256: await sha256(new Uint8Array(onnx)),
    bytes: onnx.byteLength,
  };
  const models = openModels([{ ...facts, cost: greyEntry().cost() }], read);
  const registry = createRegistry(models, nodeRuntime());
  const { request } = createApp({ ...services, registry });
  expect(await (await request("/v1/models")).json()).toMatchObject({ models: [{ id: "grey-28" }] });
  expect(asked).toEqual([]);
  const refused = await request("/v1/models/grey-28");
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, "10"]);
  expect(await refused.json()).toMatchObject({ type: "/docs#file-unavailable" });
  const answers = await Promise.all([request("/v1/models/grey-28"), request("/v1/models/grey-28")]);
  for (const answer of answers) expect(await answer.json()).toMatchObject({ engine: "incremental" });
  // The session and the plan were made of one read.
  expect(asked).toHaveLength(2);
});
