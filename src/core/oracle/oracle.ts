import type { Candidates } from "../kernel/candidates.ts";

export type Engine = "onnxruntime" | "incremental";

/** Answers queries about one image: what does the classifier say to each of these candidates? */
export interface Oracle {
  readonly engine: Engine;
  /**
   * Classifies each candidate with one forward pass.
   * @returns count × labels probabilities, one row a candidate; a view that is valid until the next query.
   */
  query(candidates: Candidates): Float32Array | Promise<Float32Array>;
}
