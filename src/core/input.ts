/** Converts images to what an attack changes, and to a classifier's input. */
import { OptionError } from "./attack/options/options.ts";
import type { Space } from "./attack/options/settings.ts";
import type { Raster } from "./image/raster.ts";
import { toGrey } from "./image/rgba.ts";
import { stretch } from "./image/stretch.ts";
import type { Classifier } from "./model/classifier.ts";

/** An image, and the classifier that predicts it. */
export interface Input {
  readonly classifier: Classifier;
  /** In the classifier's channels, and its size unless the image's own pixels are attacked. */
  readonly image: Raster;
  /** The original size of the image, and whether it was resized to the classifier's. */
  readonly original: { readonly width: number; readonly height: number; readonly resized: boolean };
}

/**
 * Prepares a decoded image: stretched to the classifier's size, or with `source` in its own size, which the
 * classifier then resizes itself; in the classifier's channels.
 * @throws OptionError `space` if the image's own pixels are the classifier's
 */
export function inputOf(classifier: Classifier, decoded: Raster, space: Space = "input"): Input {
  const { input } = classifier.manifest;
  const { width, height } = decoded;
  const resized = width !== input.width || height !== input.height;
  const original = { width, height, resized };
  if (space === "input") return { classifier, image: stretch(decoded, input), original };
  if (!resized) {
    throw new OptionError(
      "space",
      `must be input, not "source": the image has the size of the classifier's input, ${width}×${height}, so that its pixels are those of the input. Omit space.`,
    );
  }
  const image = input.channels === 1 ? toGrey(decoded) : decoded;
  const probabilities = (raster: Raster) => classifier.probabilities(stretch(raster, input));
  return { classifier: { ...classifier, probabilities }, image, original };
}
