/** What a host passes to the library once: the compiled WebAssembly, and how to yield to the event loop. */
import { OnepixelError } from "./errors.ts";
import { type CodecModules, initCodecs } from "./image/codecs.ts";
import { createRuntime, type Runtime } from "./model/runtime.ts";

/** The compiled WebAssembly that the library runs on. */
export interface Modules {
  /** `onepixel/kernel.wasm`: the searches and incremental inference. */
  readonly kernel: WebAssembly.Module;
  /** `onnxruntime-web/ort-wasm-simd-threaded.wasm`: the reference for every prediction. */
  readonly onnxruntime: WebAssembly.Module;
  /** The image codecs of `@jsquash`. */
  readonly codecs: CodecModules;
  /**
   * Yields to the event loop, so that progress can be shown and an abort noticed; called about every 64
   * queries. It must be a macrotask. Default: `setTimeout` without delay.
   */
  readonly pause?: () => Promise<void>;
}

interface Environment {
  readonly kernel: WebAssembly.Module;
  readonly runtime: Runtime;
  readonly pause: () => Promise<void>;
}

// Every host has it; declared here so that the core does not depend on a host's types.
declare const setTimeout: (run: () => void) => unknown;

let environment: Environment | undefined;

/**
 * Passes the WebAssembly to the library. Call it once, before anything else; `onepixel/node` and
 * `onepixel/browser` call it themselves. Later calls have no effect, because codecs and onnxruntime-web
 * exist once in a JavaScript realm.
 *
 * @example
 * ```ts
 * init({ kernel, onnxruntime, codecs: { png, jpeg, webp, resize } });
 * const model = await loadModel(bytes, description);
 * ```
 */
export function init({ kernel, onnxruntime, codecs, pause }: Modules): void {
  if (environment !== undefined) return;
  initCodecs(codecs);
  environment = {
    kernel,
    runtime: createRuntime(onnxruntime),
    pause: pause ?? (() => new Promise((resolve) => setTimeout(resolve))),
  };
}

/** @throws OnepixelError `not-initialised` before {@link init} */
export function useEnvironment(): Environment {
  if (environment !== undefined) return environment;
  throw new OnepixelError(
    "not-initialised",
    "The library has no WebAssembly yet. Call init first, or import onepixel/node or onepixel/browser, which call it.",
  );
}
