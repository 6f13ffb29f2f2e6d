import type { Candidates } from "../kernel/candidates.ts";
import type { Classifier } from "../model/classifier.ts";

/** The engines that a caller can choose for a local model. */
export type LocalEngine = "onnxruntime" | "incremental";

/** Where queries go: to one of those engines, or to a remote model. */
export type Engine = LocalEngine | "remote";

/** The reference if two oracles differ: onnxruntime, or the remote model itself. */
export function referenceOf({ remote }: Classifier): "onnxruntime" | "remote" {
  return remote === undefined ? "onnxruntime" : "remote";
}

/** Answers queries about one image: the classifier's predictions for candidates. */
export interface Oracle {
  readonly engine: Engine;
  /**
   * Classifies each candidate with one forward pass.
   * @returns count × labels probabilities, one row per candidate; a view that is valid until the next query.
   */
  query(candidates: Candidates): Float32Array | Promise<Float32Array>;
}
