/**
 * Limits how many near ties of an attack onnxruntime decides, each of which takes twelve times as long as
 * an ordinary query.
 */
import type { ImageSize } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import type { Engine } from "./oracle.ts";
import { priceOfQuery } from "./price.ts";

/**
 * The work for near ties that is always allowed, in millions of multiply-adds: about half a second of one
 * core.
 */
const BASE_WORK = 10_000;

/** The overhead of an onnxruntime call for one image: about 0.1 milliseconds. */
const CALL = 2;

/**
 * Additional near ties for each query. Of the 8,192 queries of a corner scan on each of 143 evaluation
 * images of
 * cifar10-resnet8, at most 2.2 % nearly tied, 0.2 % on average.
 */
const SHARE = 1 / 32;

const priceOfTie = (classifier: Classifier, image: ImageSize) =>
  priceOfQuery(classifier, "onnxruntime", 1, image) + CALL;

/** The remaining near ties that onnxruntime may decide. All searches of one attack share it. */
export interface TieAllowance {
  left: number;
}

/**
 * The maximum number of near ties that onnxruntime decides in an attack; an attack that exceeds it ends as
 * if its budget were spent. It depends only on the classifier and the budget, so it is the same on every
 * host.
 * @param queries the most queries of all searches of the attack
 * @param image the image whose pixels change
 */
export function tieAllowance(
  classifier: Classifier,
  queries: number,
  image: ImageSize = classifier.manifest.input,
): TieAllowance {
  return { left: Math.ceil(BASE_WORK / priceOfTie(classifier, image)) + Math.ceil(queries * SHARE) };
}

/** The work of those near ties, in millions of multiply-adds; 0 if onnxruntime answers every query anyway. */
export function workOfTies(
  classifier: Classifier,
  engine: Engine,
  queries: number,
  image: ImageSize = classifier.manifest.input,
): number {
  if (engine === "onnxruntime") return 0;
  return tieAllowance(classifier, queries, image).left * priceOfTie(classifier, image);
}
