import { ImageError } from "./error.ts";
import { checkDimensions } from "./limits.ts";
import { isExif } from "./orientation.ts";

/** What scanning a JPEG file found. */
export interface JpegFacts {
  /** The EXIF segment's contents, if there is one. */
  readonly exif: Uint8Array | undefined;
}

/** Each scan of a progressive JPEG costs a pass over all pixels; encoders write about ten. */
const MAX_SCANS = 64;

// Markers of ITU-T T.81, table B.1.
const SOF0 = 0xc0;
const SOF2 = 0xc2;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
const SOF15 = 0xcf;
const RST0 = 0xd0;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;
const TEM = 0x01;

export const isJpeg = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff;

/**
 * Scans the markers of a JPEG before anything is decoded.
 * @param bytes a file that {@link isJpeg}
 * @throws {ImageError} unless it is a complete baseline or progressive JPEG of 1 or 3 components within the
 * limits
 */
export function checkJpeg(bytes: Uint8Array): JpegFacts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let exif: Uint8Array | undefined;
  let frames = 0;
  let scans = 0;
  for (let at = 2; ; ) {
    at = nextMarker(bytes, at);
    const marker = bytes[at]!;
    at += 1;
    if (marker === EOI) break;
    if (marker === TEM) continue;
    const end = at + 2 <= bytes.length ? at + view.getUint16(at) : bytes.length + 1;
    if (end > bytes.length)
      throw new ImageError("corrupt", "The JPEG ends inside a segment: it is truncated.");
    const segment = bytes.subarray(at + 2, end);
    if (marker >= SOF0 && marker <= SOF15 && marker !== DHT && marker !== JPG && marker !== DAC) {
      checkFrame(marker, segment);
      frames += 1;
    }
    if (marker === APP1 && isExif(segment)) exif ??= segment;
    if (marker === SOS) scans += 1;
    at = Math.max(end, at + 2);
  }
  if (frames !== 1 || scans === 0)
    throw new ImageError("corrupt", "The JPEG does not hold exactly one picture.");
  if (scans > MAX_SCANS) {
    throw new ImageError(
      "too-large",
      `The JPEG has ${scans} scans; the limit is ${MAX_SCANS}. Save it as baseline JPEG.`,
    );
  }
  return { exif };
}

/** The position of the next marker's code; skips compressed data, restart markers and fill bytes. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    const isRestart = code !== undefined && code >= RST0 && code < SOI;
    if (code !== undefined && code !== 0 && code !== 0xff && !isRestart) return at + 1;
  }
  throw new ImageError("corrupt", "The JPEG ends before its end-of-image marker: it is truncated.");
}

/** A frame header: precision, height, width, components (ITU-T T.81, section B.2.2). */
function checkFrame(marker: number, segment: Uint8Array): void {
  if (segment.length < 6) throw new ImageError("corrupt", "The JPEG's frame header is truncated.");
  const [precision, high, low, wide, narrow, components] = segment as unknown as Iterable<number>;
  if (marker > SOF2 || precision !== 8) {
    throw new ImageError(
      "unsupported",
      "The JPEG is lossless, hierarchical, arithmetically coded or not 8-bit. Save it as baseline or progressive JPEG.",
    );
  }
  checkDimensions(wide! * 256 + narrow!, high! * 256 + low!);
  if (components !== 1 && components !== 3) {
    throw new ImageError(
      "unsupported",
      `The JPEG has ${components} components, such as CMYK; only greyscale (1) and colour (3) are supported. Convert it to RGB.`,
    );
  }
}
