import { resize } from "@jsquash/resize/lib/resize/pkg/squoosh_resize.js";
import type { Raster } from "./raster.ts";
import { toGrey, toRgba } from "./rgba.ts";

/** A model's input size and channels. */
export interface InputShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** The triangle filter's place in the codec's list of methods. */
const TRIANGLE = 0;

/**
 * Fits an image to a model's input: stretched to its size, converted to its channels.
 *
 * Resizing filters sRGB values with a triangle, widened when shrinking: what Pillow and torchvision call
 * bilinear with antialiasing, and what most classifiers were trained on. An image of the right size keeps
 * its pixels.
 */
export function stretch(image: Raster, input: InputShape): Raster {
  const sized =
    image.width === input.width && image.height === input.height ? image : stretchRgb(image, input);
  return input.channels === 1 ? toGrey(sized) : sized;
}

function stretchRgb(image: Raster, { width, height }: InputShape): Raster {
  const { data } = toRgba(image);
  const rgba = resize(data, image.width, image.height, width, height, TRIANGLE, false, false);
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgb.set(rgba.subarray(pixel * 4, pixel * 4 + 3), pixel * 3);
  }
  return { width, height, channels: 3, data: rgb };
}
