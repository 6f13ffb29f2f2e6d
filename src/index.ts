/** The Worker's entry. */
import ortModule from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import { models } from "../build/registry.ts";
import { createRegistry } from "./model/registry.ts";
import { createRuntime } from "./model/runtime.ts";

const runtime = createRuntime(ortModule);
const registry = createRegistry(models, runtime);

export default {
  async fetch(request) {
    if (new URL(request.url).pathname !== "/healthz") return new Response("Not found", { status: 404 });
    await runtime.start();
    return Response.json({ status: "ok", models: registry.classifiers.map(({ manifest }) => manifest.id) });
  },
} satisfies ExportedHandler;
