/**
 * onnxruntime-web, in workerd and in Node. An isolate has one instance.
 *
 * workerd forbids compiling WebAssembly from bytes, which is the only way that onnxruntime-web supports. So
 * the module is compiled in advance and passed to onnxruntime-web when it requests an instance.
 */

import { env, InferenceSession } from "onnxruntime-web/wasm";
import { OnepixelError } from "../errors.ts";
import { createExclusive, type Exclusive } from "../exclusive.ts";
import { weightsApart } from "../onnx/weights-apart.ts";

/** onnxruntime-web could not be initialised. This cannot be retried in the same isolate. */
export class RuntimeUnavailableError extends OnepixelError {
  override readonly name = "RuntimeUnavailableError";

  constructor(message: string, options?: ErrorOptions) {
    super("runtime-unavailable", message, { cause: options?.cause });
  }
}

export interface Runtime {
  /** Initialises onnxruntime-web, once in an isolate. @throws RuntimeUnavailableError */
  start(): Promise<void>;
  /** Loads a model; in a task of `exclusive` only. @throws onnxruntime's own error if it refuses the model */
  open(onnx: ArrayBuffer): Promise<InferenceSession>;
  /**
   * Runs `task`, with onnxruntime-web initialised, after all earlier tasks have ended: sessions share one memory and must
   * not race. A task must wait for nothing but onnxruntime-web. @throws RuntimeUnavailableError
   */
  readonly exclusive: Exclusive;
}

/**
 * An ONNX model of one Identity node on one float, written by test/support/onnx-writer.ts.
 * onnxruntime-web initialises itself when it loads its first model; with this one, a failure is caused by
 * the runtime and not by a user's model.
 */
const IDENTITY_MODEL =
  "CAg6OwoQCgF4EgF5IghJZGVudGl0eRIFZ3JhcGhaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgIQEQ==";

/** The outcome of the isolate's one initialisation. */
let initialised: { readonly failure: RuntimeUnavailableError | null } | undefined;
const inTurn = createExclusive();

/** @returns why it failed, or null */
async function initialise(module: WebAssembly.Module): Promise<RuntimeUnavailableError | null> {
  env.wasm.numThreads = 1;
  env.wasm.proxy = false;
  // Its bytes are never read. Its presence selects the glue code inside the bundle, and identifies
  // onnxruntime-web's request for an instance.
  const token = new ArrayBuffer(1);
  env.wasm.wasmBinary = token;
  const original = WebAssembly.instantiate;
  // Not `new WebAssembly.Instance`, which browsers reject on the main thread for modules above 8 MB.
  const instance = async (imports?: WebAssembly.Imports) => ({
    module,
    instance: (await Reflect.apply(original, WebAssembly, [
      module,
      imports,
    ])) as unknown as WebAssembly.Instance,
  });
  const replacement = (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) =>
    ArrayBuffer.isView(source) && source.buffer === token
      ? instance(imports)
      : Reflect.apply(original, WebAssembly, [source, imports]);
  WebAssembly.instantiate = replacement as typeof WebAssembly.instantiate;
  try {
    const bytes = Uint8Array.from(atob(IDENTITY_MODEL), (character) => character.charCodeAt(0));
    const session = await InferenceSession.create(bytes);
    await session.release();
    return null;
  } catch (cause) {
    return new RuntimeUnavailableError(
      `onnxruntime-web could not be initialised: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  } finally {
    WebAssembly.instantiate = original;
  }
}

/**
 * The isolate's onnxruntime-web.
 * @param module the compiled `onnxruntime-web/ort-wasm-simd-threaded.wasm`; only the first one in an
 * isolate is used
 */
export function createRuntime(module: WebAssembly.Module): Runtime {
  const exclusive: Exclusive = (task) =>
    inTurn(async () => {
      // A second initialisation while the first one runs is an error in onnxruntime-web, and so is a retry
      // after a failure, so all callers get the outcome of the first.
      initialised ??= { failure: await initialise(module) };
      if (initialised.failure !== null) throw initialised.failure;
      return task();
    });
  const open = (file: ArrayBuffer) => {
    const { onnx, externalData } = weightsApart(new Uint8Array(file));
    return InferenceSession.create(onnx, externalData.length > 0 ? { externalData } : {});
  };
  return { start: () => exclusive(async () => {}), exclusive, open };
}
