import type { Raster } from "../image/raster.ts";
import { byteTable } from "../kernel/tensor-format.ts";
import type { InputFormat } from "./manifest.ts";

/**
 * One image as a model's input tensor, with the values that the kernel renders too.
 * @param image an image of the model's own width, height and channels
 * @throws RangeError for any other image
 */
export function renderTensor(image: Raster, format: InputFormat): Float32Array {
  const { width, height, channels } = format;
  if (image.width !== width || image.height !== height || image.channels !== channels) {
    throw new RangeError(
      `the model takes ${width}×${height}×${channels}, ` +
        `the image is ${image.width}×${image.height}×${image.channels}`,
    );
  }
  const area = width * height;
  const values = byteTable(format, channels);
  const tensor = new Float32Array(area * channels);
  for (let place = 0; place < area; place++) {
    for (let channel = 0; channel < channels; channel++) {
      const byte = image.data[place * channels + channel]!;
      tensor[format.layout === "NCHW" ? channel * area + place : place * channels + channel] =
        values[channel * 256 + byte]!;
    }
  }
  return tensor;
}
