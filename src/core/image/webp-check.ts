import { ImageError } from "./error.ts";
import { checkDimensions } from "./limits.ts";

/** What scanning a WebP file found. */
export interface WebpFacts {
  /** The EXIF chunk's contents, if there is one. */
  readonly exif: Uint8Array | undefined;
}

const name = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

export const isWebp = (bytes: Uint8Array): boolean => name(bytes, 0) === "RIFF" && name(bytes, 8) === "WEBP";

/**
 * Scans the chunks of a WebP (RFC 9649, section 2) before anything is decoded.
 * @param bytes a file that {@link isWebp}
 * @throws {ImageError} unless it is a complete WebP, not animated and within the limits
 */
export function checkWebp(bytes: Uint8Array): WebpFacts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = 8 + (bytes.length < 12 ? Number.POSITIVE_INFINITY : view.getUint32(4, true));
  if (length > bytes.length)
    throw new ImageError("corrupt", "The WebP is shorter than it says: it is truncated.");
  let exif: Uint8Array | undefined;
  let pictures = 0;
  for (let at = 12; at + 8 <= length; ) {
    const end = at + 8 + view.getUint32(at + 4, true);
    if (end > length) throw new ImageError("corrupt", "The WebP ends inside a chunk: it is truncated.");
    const chunk = bytes.subarray(at + 8, end);
    switch (name(bytes, at)) {
      case "VP8X":
        checkExtended(chunk);
        break;
      case "VP8 ":
        checkLossy(chunk);
        pictures += 1;
        break;
      case "VP8L":
        checkLossless(chunk);
        pictures += 1;
        break;
      case "ANIM":
      case "ANMF":
        throw new ImageError("animated", "The WebP is animated. Send a still image.");
      case "EXIF":
        exif ??= chunk;
        break;
    }
    at = end + (end & 1);
  }
  if (pictures !== 1) throw new ImageError("corrupt", "The WebP does not hold exactly one picture.");
  return { exif };
}

const corrupt = () => new ImageError("corrupt", "The WebP's header is damaged.");

/** VP8X: flags, then width − 1 and height − 1 in 24 bits each (RFC 9649, section 2.7). */
function checkExtended(chunk: Uint8Array): void {
  if (chunk.length < 10) throw corrupt();
  if (chunk[0]! & 2) throw new ImageError("animated", "The WebP is animated. Send a still image.");
  const side = (at: number) => 1 + chunk[at]! + (chunk[at + 1]! << 8) + (chunk[at + 2]! << 16);
  checkDimensions(side(4), side(7));
}

/** A VP8 key frame: 3 bytes of tag, a start code, then width and height in 14 bits each (RFC 6386, section 9.1). */
function checkLossy(chunk: Uint8Array): void {
  const isKeyFrame = chunk.length >= 10 && (chunk[0]! & 1) === 0;
  if (!isKeyFrame || chunk[3] !== 0x9d || chunk[4] !== 0x01 || chunk[5] !== 0x2a) throw corrupt();
  checkDimensions(chunk[6]! + ((chunk[7]! & 63) << 8), chunk[8]! + ((chunk[9]! & 63) << 8));
}

/** A lossless picture: a signature byte, then width − 1 and height − 1 in 14 bits each (RFC 9649, section 3.4). */
function checkLossless(chunk: Uint8Array): void {
  if (chunk.length < 5 || chunk[0] !== 0x2f) throw corrupt();
  const bits = chunk[1]! + (chunk[2]! << 8) + (chunk[3]! << 16) + (chunk[4]! << 24);
  checkDimensions(1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff));
}
