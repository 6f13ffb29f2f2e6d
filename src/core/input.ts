/** Converts images to a classifier's input. */
import type { Raster } from "./image/raster.ts";
import { stretch } from "./image/stretch.ts";
import type { Classifier } from "./model/classifier.ts";

/** An image that fits a classifier's input. */
export interface Input {
  readonly classifier: Classifier;
  /** In the classifier's size and channels. */
  readonly image: Raster;
  /** The original size of the image, and whether it was resized to the classifier's. */
  readonly original: { readonly width: number; readonly height: number; readonly resized: boolean };
}

/** Stretches a decoded image to a classifier's size and converts it to its channels. */
export function inputOf(classifier: Classifier, decoded: Raster): Input {
  const { width, height } = decoded;
  const image = stretch(decoded, classifier.manifest.input);
  const resized = width !== image.width || height !== image.height;
  return { classifier, image, original: { width, height, resized } };
}
