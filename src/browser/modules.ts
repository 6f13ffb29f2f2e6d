/** The WebAssembly that the library runs on, fetched. */
import type { Modules } from "../core/environment.ts";

// Each address stands whole beside import.meta.url, which is how bundlers recognise a file to copy.
const files = {
  kernel: new URL("../../build/wasm/kernel.wasm", import.meta.url),
  onnxruntime: new URL("../../build/wasm/onnxruntime.wasm", import.meta.url),
  png: new URL("../../build/wasm/png.wasm", import.meta.url),
  jpeg: new URL("../../build/wasm/jpeg.wasm", import.meta.url),
  webp: new URL("../../build/wasm/webp.wasm", import.meta.url),
  resize: new URL("../../build/wasm/resize.wasm", import.meta.url),
};

/** The bytes at an address. @throws TypeError with the address and the status, if it cannot be fetched */
export async function fetchBytes(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok)
    throw new TypeError(
      `${url} responded with status ${response.status}; see setWasmUrl of onepixel/browser`,
    );
  return new Uint8Array(await response.arrayBuffer());
}

const compile = async (url: URL) => WebAssembly.compile(await fetchBytes(url));

/** A turn of the event loop without the four milliseconds that browsers add to timers. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * Everything for `init`.
 * @param base the folder of the six files; left out, where the package or the bundler put them
 */
export async function browserModules(base?: string | URL): Promise<Modules> {
  const at = (name: keyof typeof files) =>
    compile(base === undefined ? files[name] : new URL(`${name}.wasm`, base));
  const [kernel, onnxruntime, png, jpeg, webp, resize] = await Promise.all([
    at("kernel"),
    at("onnxruntime"),
    at("png"),
    at("jpeg"),
    at("webp"),
    at("resize"),
  ]);
  return { kernel, onnxruntime, codecs: { png, jpeg, webp, resize }, pause };
}
