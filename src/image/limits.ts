import { ImageError } from "./error.ts";

/** The longest side that is decoded. */
export const MAX_SIDE = 4096;

/**
 * The most pixels that are decoded: 1920×1080 fits. Decoding holds up to 13 bytes a pixel at once, so
 * 2 megapixels leave most of an isolate's 128 MB to the classifier.
 */
export const MAX_PIXELS = 2 ** 21;

/**
 * Refuses dimensions over the limits; called with what a header declares, before anything is decoded.
 * @throws {ImageError} `too-large`, or `corrupt` for an image without pixels
 */
export function checkDimensions(width: number, height: number): void {
  if (width === 0 || height === 0) {
    throw new ImageError("corrupt", `The image declares ${width}×${height} pixels.`);
  }
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
    throw new ImageError(
      "too-large",
      `The image declares ${width}×${height} pixels; the limit is ${MAX_SIDE} on a side and ${MAX_PIXELS} in all. ` +
        "Send a smaller image: it is resized to the model's input anyway.",
    );
  }
}
