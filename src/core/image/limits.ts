import { ImageError } from "./error.ts";

/** The longest side that is decoded. */
export const MAX_SIDE = 4096;

/**
 * The most pixels that are decoded: 1024×1024, as large as a model's input may be. WebAssembly memory never shrinks:
 * after images of this size PNG, JPEG, WebP and resizing hold 11, 16, 16 and 6 MB of an isolate's 128 MB; at
 * 1920×1080 it would be 23, 22, 19 and 14.
 */
export const MAX_PIXELS = 2 ** 20;

/**
 * Rejects dimensions over the limits; called with the declared dimensions before anything is decoded.
 * @throws {ImageError} `too-large`, or `corrupt` for an image without pixels
 */
export function checkDimensions(width: number, height: number): void {
  if (width === 0 || height === 0) {
    throw new ImageError("corrupt", `The image declares ${width}×${height} pixels.`);
  }
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
    throw new ImageError(
      "too-large",
      `The image declares ${width}×${height} pixels, ${width * height} in all; the limits are ${MAX_SIDE} on a side and ${MAX_PIXELS} in all. ` +
        "Send a smaller one: the model sees it in the size of its input anyway.",
    );
  }
}
