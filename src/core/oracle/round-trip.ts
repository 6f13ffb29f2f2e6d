import { decodePng, encodePng } from "../image/png/png.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";

/** An image as it is returned, and the classifier's prediction for it. */
export interface Returned {
  readonly png: Uint8Array;
  /** The PNG, decoded again. */
  readonly image: Raster;
  /** The prediction of the reference: onnxruntime or the remote model. */
  readonly probabilities: Float32Array;
}

/** Encodes, decodes again and classifies, so that the report is about the returned image. */
export async function roundTrip(classifier: Classifier, image: Raster): Promise<Returned> {
  const png = encodePng(image);
  const decoded = await decodePng(png, image.channels);
  return { png, image: decoded, probabilities: await classifier.probabilities(decoded) };
}
