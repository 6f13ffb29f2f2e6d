import { ImageError } from "./error.ts";
import type { Rgba } from "./rgba.ts";

/**
 * Decodes a file that was checked before.
 * @throws {ImageError} `corrupt` where its compressed data are damaged
 */
export type Decoder = (bytes: Uint8Array) => Promise<Rgba>;

/** Makes an instance of a codec that was built with Emscripten. */
type Factory<Codec> = (options: object) => Promise<Codec>;

/**
 * Makes a decoder of such a codec. Its instance, of 16 MB, is made at its first use. On damaged data a codec may
 * exit, keeping what it had reserved: then its instance is thrown away and the next image gets a new one, within a
 * millisecond.
 * @param decode decodes with an instance; null where the data are damaged
 */
export function createDecoder<Codec>(
  factory: Factory<Codec>,
  module: WebAssembly.Module,
  decode: (codec: Codec, bytes: Uint8Array) => Rgba | null,
): Decoder {
  const create = () =>
    factory({
      noInitialRun: true,
      printErr: () => {},
      instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
        const instance = new WebAssembly.Instance(module, imports);
        done(instance);
        return instance.exports;
      },
    });
  let created: Promise<Codec> | undefined;
  return async (bytes) => {
    created ??= create();
    const codec = await created;
    let cause: unknown;
    try {
      const image = decode(codec, bytes);
      if (image) return image;
    } catch (error) {
      created = undefined;
      if (!isExit(error)) throw error;
      cause = error;
    }
    throw new ImageError("corrupt", "The image's compressed data are damaged.", { cause });
  };
}

/** What Emscripten throws when a program ends itself, or WebAssembly when it must be ended. */
function isExit(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || (error as { name?: unknown }).name === "ExitStatus";
}
