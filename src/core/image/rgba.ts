import { luma } from "./luma.ts";
import type { Raster } from "./raster.ts";

/** The codecs' pixel format: 8-bit RGBA, rows from top to bottom, alpha not premultiplied. */
export interface Rgba {
  readonly width: number;
  readonly height: number;
  /** height × width × 4 bytes */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Draws an image on white and drops the alpha channel. */
export function flatten({ width, height, data }: Rgba): Raster {
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    const alpha = data[from + 3]!;
    const white = 255 * (255 - alpha);
    for (let channel = 0; channel < 3; channel++) {
      rgb[to++] = Math.round((data[from + channel]! * alpha + white) / 255);
    }
  }
  return { width, height, channels: 3, data: rgb };
}

/** The opaque RGBA image of a raster; greyscale becomes three equal channels. */
export function toRgba({ width, height, channels, data }: Raster): Rgba & { readonly data: Uint8Array } {
  const rgba = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgba[pixel * 4 + channel] = data[pixel * channels + Math.min(channel, channels - 1)]!;
    }
    rgba[pixel * 4 + 3] = 255;
  }
  return { width, height, data: rgba };
}

/** The luma of an image. Grey stored as RGB stays unchanged. */
export function toGrey({ width, height, channels, data }: Raster): Raster {
  if (channels === 1) return { width, height, channels, data };
  const grey = new Uint8Array(width * height);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const at = pixel * 3;
    grey[pixel] = luma(data[at]!, data[at + 1]!, data[at + 2]!);
  }
  return { width, height, channels: 1, data: grey };
}
