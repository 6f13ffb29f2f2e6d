import type { Kernel } from "../kernel/kernel.ts";
import type { Classifier } from "../model/classifier.ts";
import { type Oracle, referenceOf } from "./oracle.ts";

/**
 * The reference oracle: the kernel renders the candidates into a tensor for the classifier:
 * onnxruntime-web, which supports every model that it can load, or the remote model.
 * @param kernel a kernel whose tensor format is the classifier's
 */
export function createReferenceOracle(classifier: Classifier, kernel: Pick<Kernel, "render">): Oracle {
  return {
    engine: referenceOf(classifier),
    query: (candidates) => classifier.classify(kernel.render(candidates), candidates.count),
  };
}
