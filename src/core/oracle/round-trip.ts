import { decodePng, encodePng } from "../image/png/png.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";

/** An image as it is returned, and what the classifier says to it. */
export interface Returned {
  readonly png: Uint8Array;
  /** The PNG, decoded again. */
  readonly image: Raster;
  /** What the reference, onnxruntime or the remote model, says to it. */
  readonly probabilities: Float32Array;
}

/** Encodes, decodes again and classifies: what is reported is what is returned. */
export async function roundTrip(classifier: Classifier, image: Raster): Promise<Returned> {
  const png = encodePng(image);
  const decoded = await decodePng(png, image.channels);
  return { png, image: decoded, probabilities: await classifier.probabilities(decoded) };
}
