import type { Candidates } from "../kernel/candidates.ts";
import type { Classifier } from "../model/classifier.ts";
import type { Oracle } from "./oracle.ts";

/** The part of the kernel that this oracle needs. */
export interface Renderer {
  /** count × channels × height × width floats (or NHWC): the classifier's input. */
  render(candidates: Candidates): Float32Array;
}

/**
 * The reference oracle: the kernel renders the candidates into a tensor, and onnxruntime-web runs it.
 * It takes every model that onnxruntime-web loads.
 */
export function createOnnxruntimeOracle(classifier: Classifier, kernel: Renderer): Oracle {
  return {
    engine: "onnxruntime",
    query: (candidates) => classifier.classify(kernel.render(candidates), candidates.count),
  };
}
