import type { Raster } from "./raster.ts";

/** How EXIF's orientation n moves pixels: mirrored in x, mirrored in y, x and y swapped; in this order. */
const MOVES: Readonly<Record<number, readonly [mirrorX: boolean, mirrorY: boolean, swap: boolean]>> = {
  2: [true, false, false],
  3: [true, true, false],
  4: [false, true, false],
  5: [false, false, true],
  6: [false, true, true],
  7: [true, true, true],
  8: [true, false, true],
};

const ORIENTATION = 0x0112;
const SHORT = 3;

const PREFIX = "Exif\0\0";

/** Whether these bytes start with the EXIF signature, which JPEG requires and WebP allows. */
export const isExif = (bytes: Uint8Array): boolean =>
  String.fromCharCode(...bytes.subarray(0, PREFIX.length)) === PREFIX;

/**
 * The orientation that an EXIF block gives (EXIF 2.32, section 4.6.2: a TIFF structure, the tag in its first directory).
 * @returns 1–8; 1 (upright) if the block is damaged or has no orientation
 */
export function readOrientation(exif: Uint8Array = new Uint8Array(0)): number {
  const tiff = isExif(exif) ? exif.subarray(PREFIX.length) : exif;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = tiff.length < 8 ? 0 : view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const isLittle = order === 0x4949;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, isLittle);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.length) return 1;
    const isOrientation =
      view.getUint16(at, isLittle) === ORIENTATION && view.getUint16(at + 2, isLittle) === SHORT;
    if (isOrientation) return view.getUint16(at + 8, isLittle);
  }
  return 1;
}

/** Rotates an image upright; orientations other than 2–8 leave it unchanged. */
export function orient(image: Raster, orientation: number): Raster {
  const move = MOVES[orientation];
  if (move === undefined) return image;
  const [mirrorX, mirrorY, swap] = move;
  const { channels } = image;
  const [width, height] = swap ? [image.height, image.width] : [image.width, image.height];
  const data = new Uint8Array(image.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = swap ? [y, x] : [x, y];
      const fromX = mirrorX ? image.width - 1 - column : column;
      const fromY = mirrorY ? image.height - 1 - row : row;
      const from = (fromY * image.width + fromX) * channels;
      for (let channel = 0; channel < channels; channel++) {
        data[(y * width + x) * channels + channel] = image.data[from + channel]!;
      }
    }
  }
  return { width, height, channels, data };
}
