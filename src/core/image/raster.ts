/** The pixels of one image, rows from top to bottom. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 3 for RGB, 1 for greyscale. */
  readonly channels: 1 | 3;
  /** 8-bit samples, height × width × channels, channels interleaved. */
  readonly data: Uint8Array;
}

/** Size and channels of an image. */
export type ImageSize = Omit<Raster, "data">;
