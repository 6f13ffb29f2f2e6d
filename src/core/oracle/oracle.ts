import type { Candidates } from "../kernel/candidates.ts";
import type { Classifier } from "../model/classifier.ts";

/** The engines that a caller can choose between where the model's file is there. */
export type LocalEngine = "onnxruntime" | "incremental";

/** Where queries go: one of those, or a remote model itself. */
export type Engine = LocalEngine | "remote";

/** What decides where two oracles differ: onnxruntime, or the remote model, of which there is no other copy. */
export function referenceOf({ remote }: Classifier): "onnxruntime" | "remote" {
  return remote === undefined ? "onnxruntime" : "remote";
}

/** Takes queries about one image: what does the classifier predict for each of these candidates? */
export interface Oracle {
  readonly engine: Engine;
  /**
   * Classifies each candidate with one forward pass.
   * @returns count × labels probabilities, one row a candidate; a view that is valid until the next query.
   */
  query(candidates: Candidates): Float32Array | Promise<Float32Array>;
}
