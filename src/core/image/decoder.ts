import { once } from "../exclusive.ts";
import { ImageError } from "./error.ts";
import type { Rgba } from "./rgba.ts";

/**
 * Decodes a file that has been checked.
 * @throws {ImageError} `corrupt` if its compressed data is damaged
 */
export type Decoder = (bytes: Uint8Array) => Promise<Rgba>;

/** An image of more pixels is a photo. */
const PHOTO_PIXELS = 2 ** 16;

/** Creates an instance of an Emscripten codec. */
type Factory<Codec> = (options: object) => Promise<Codec>;

/**
 * Creates a decoder for such a codec. Its instance, of 16 MiB, is created at first use. It is discarded after a photo, because
 * an attack on a classifier of photos needs the memory, and after damaged data, on which a codec may exit without
 * freeing its memory; the next image gets a new one, which takes less than a millisecond.
 * @param decode decodes with an instance; returns null if the data is damaged
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
  let created = once(create);
  return async (bytes) => {
    const codec = await created();
    let cause: unknown;
    try {
      const image = decode(codec, bytes);
      if (image && image.width * image.height > PHOTO_PIXELS) created = once(create);
      if (image) return image;
    } catch (error) {
      created = once(create);
      if (!isExit(error)) throw error;
      cause = error;
    }
    throw new ImageError("corrupt", "The image's compressed data is damaged.", { cause });
  };
}

/** Errors that Emscripten throws on exit, and WebAssembly on a trap. */
function isExit(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || (error as { name?: unknown }).name === "ExitStatus";
}
