/** How many near ties of an attack onnxruntime may decide, which takes twelve times as long as an ordinary query. */
import type { Classifier } from "../model/classifier.ts";
import type { Engine } from "./oracle.ts";
import { priceOfQuery } from "./price.ts";

/** Near ties that are always paid for, in millions of multiply-adds: about half a second of one core. */
const BASE_WORK = 10_000;

/** What a call of onnxruntime for one image takes beside the multiply-adds: about 0.1 milliseconds. */
const CALL = 2;

/**
 * Near ties that are paid for beside them, a query. Of the 8,192 queries of a corner scan on each of 143 evaluation images of
 * cifar10-resnet8, at most 2.2 % nearly tied, 0.2 % on average.
 */
const SHARE = 1 / 32;

const priceOfTie = (classifier: Classifier) => priceOfQuery(classifier, "onnxruntime", 1) + CALL;

/** What is left of the near ties that onnxruntime may decide. All searches of one attack share it. */
export interface TieAllowance {
  left: number;
}

/**
 * The most near ties of an attack that onnxruntime decides; an attack that meets more ends as if its budget were spent.
 * It depends on the classifier and on the budget alone, so that it is the same on every host.
 * @param queries the most queries of all searches of the attack
 */
export function tieAllowance(classifier: Classifier, queries: number): TieAllowance {
  return { left: Math.ceil(BASE_WORK / priceOfTie(classifier)) + Math.ceil(queries * SHARE) };
}

/** The work of those near ties, in millions of multiply-adds; none where onnxruntime takes every query anyway. */
export function workOfTies(classifier: Classifier, engine: Engine, queries: number): number {
  if (engine === "onnxruntime") return 0;
  return tieAllowance(classifier, queries).left * priceOfTie(classifier);
}
