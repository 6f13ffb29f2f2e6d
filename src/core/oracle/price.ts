/** Estimates the cost of a query in millions of the kernel's multiply-adds, as a measure of time. */
import type { ImageSize } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { multiplyAddsOf } from "../model/cost.ts";
import type { Engine } from "./oracle.ts";
import { touchedPixels } from "./source/axis.ts";

/**
 * The weights, from attacks on cifar10-resnet8 (12.56 million multiply-adds, of which one pixel touches 1.77) that no
 * success ended, in Node on one core: `npm run bench:load -- --queries` repeats the measurement. In microseconds a query:
 * incremental, k = 1: 66, 3: 166, 5: 227, 16: 501, 64: 690, 1,024: 780; onnxruntime: 1,230 whatever k. A million
 * multiply-adds of the kernel took 57 where all is touched and 37 for one pixel, whose late layers are mostly zeros. In the
 * Worker (`npm run bench:load`) the same queries took up to 72 a million, and onnxruntime 1,740 a query, so that its weight is
 * set by the Worker.
 */
const ONNXRUNTIME = 2.1;
/** For each query in addition to its multiply-adds: proposal, losses, bookkeeping. */
const QUERY = 0.1;
/** For each changed pixel. */
const PIXEL = 0.001;
/** For each value of the image, because onnxruntime gets the whole image. */
const VALUE = 3e-5;
/**
 * For each gene of a population, population × pixels, per query of differential evolution: large
 * populations miss the caches.
 */
export const GENE = 2e-5;
/**
 * For each query of the guided search: 45 to 60 microseconds for its map of the image when that was read for each proposal. It
 * is read once a query since, so that the weight is on the safe side.
 */
export const GUIDED = 1.1;

/**
 * The mean cost of a query that changes `pixels` pixels, in millions of multiply-adds. The pixels are
 * assumed to be anywhere, so that each affects a layer's positions independently of the others.
 */
export function priceOfQuery(
  classifier: Classifier,
  engine: Engine,
  pixels: number,
  image: ImageSize = classifier.manifest.input,
): number {
  const { input } = classifier.manifest;
  const touched = touchedPixels(image, input);
  const beside = QUERY + PIXEL * pixels * touched;
  // The work is done on another machine.
  if (engine === "remote") return beside;
  const model = classifier.cost();
  if (engine === "onnxruntime" || "multiplyAdds" in model) {
    const values = input.width * input.height * input.channels;
    return (multiplyAddsOf(model) / 1e6) * ONNXRUNTIME + values * VALUE + beside;
  }
  // The pixels that one of a photo touches after resizing are neighbours: they touch hardly more than one of them does.
  const work = model.tensors.reduce(
    (sum, cost) => sum + cost.multiplyAdds * (1 - (1 - cost.touched) ** pixels),
    0,
  );
  return work / 1e6 + beside;
}
