import { OnepixelError } from "../errors.ts";

/** Characters per call: each is an argument on the stack, which has room for about 125,000. */
const CHUNK = 0x8000;

/** Encodes any number of bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary);
}

/** PNG bytes as a `data:` URL. */
export function pngDataUrl(png: Uint8Array): string {
  return `data:image/png;base64,${base64(png)}`;
}

const PREFIX = "data:image/png;base64,";

/**
 * The bytes of a PNG data URL, such as the `image` of a result: the file to save.
 * @throws OnepixelError `invalid-image` for any other text
 *
 * @example
 * ```ts
 * writeFileSync("fooled.png", pngBytes(result.image));
 * ```
 */
export function pngBytes(dataUrl: string): Uint8Array<ArrayBuffer> {
  if (!dataUrl.startsWith(PREFIX)) {
    throw new OnepixelError(
      "invalid-image",
      `The text is not a data URL of a PNG: it must start with "${PREFIX}".`,
      {
        field: "image",
      },
    );
  }
  return Uint8Array.from(atob(dataUrl.slice(PREFIX.length)), (character) => character.charCodeAt(0));
}
