import type { Kernel } from "../kernel/kernel.ts";
import type { Classifier } from "../model/classifier.ts";
import { type Oracle, referenceOf } from "./oracle.ts";

/**
 * The reference oracle: the kernel renders the candidates into a tensor, and the classifier itself answers: onnxruntime-web,
 * which takes every model that it loads, or the remote model.
 * @param kernel a kernel whose tensor format is the classifier's
 */
export function createReferenceOracle(classifier: Classifier, kernel: Pick<Kernel, "render">): Oracle {
  return {
    engine: referenceOf(classifier),
    query: (candidates) => classifier.classify(kernel.render(candidates), candidates.count),
  };
}
