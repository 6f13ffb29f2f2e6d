import type { Kernel } from "../kernel/kernel.ts";
import type { Classifier } from "../model/classifier.ts";
import type { Oracle } from "./oracle.ts";

/**
 * The reference oracle: the kernel renders the candidates into a tensor, and onnxruntime-web runs it.
 * It takes every model that onnxruntime-web loads.
 * @param kernel a kernel whose tensor format is the classifier's
 */
export function createOnnxruntimeOracle(classifier: Classifier, kernel: Pick<Kernel, "render">): Oracle {
  return {
    engine: "onnxruntime",
    query: (candidates) => classifier.classify(kernel.render(candidates), candidates.count),
  };
}
