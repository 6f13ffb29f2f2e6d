/** The Worker's entry: wires the parts. */
import jpegModule from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import pngModule from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import resizeModule from "@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm?module";
import webpModule from "@jsquash/webp/codec/dec/webp_dec.wasm";
import ortModule from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import kernelModule from "../build/kernel.wasm";
import { models, samples } from "../build/registry.ts";
import { version } from "../package.json";
import { createApp } from "./http/app.ts";
import { initCodecs } from "./image/codecs.ts";
import { createRegistry } from "./model/registry.ts";
import { createRuntime } from "./model/runtime.ts";

initCodecs({ png: pngModule, jpeg: jpegModule, webp: webpModule, resize: resizeModule });
const runtime = createRuntime(ortModule);

export default createApp({
  version,
  registry: createRegistry(models, runtime),
  samples,
  kernelModule,
  ready: () => runtime.start(),
  pause: () => scheduler.wait(0),
}) satisfies ExportedHandler;
