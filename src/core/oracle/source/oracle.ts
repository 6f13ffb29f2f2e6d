import { type Candidates, encodedAt } from "../../kernel/candidates.ts";
import { createInference } from "../../kernel/inference.ts";
import { instantiate } from "../../kernel/instance.ts";
import { withinMemory } from "../../kernel/memory.ts";
import type { InferencePlan } from "../../kernel/plan.ts";
import type { Classifier } from "../../model/classifier.ts";
import { renderTensor } from "../../model/tensor.ts";
import { applyCandidate } from "../apply-candidate.ts";
import { type Oracle, referenceOf } from "../oracle.ts";
import type { Resampler } from "./resampler.ts";

// Oracles for candidates that change pixels of an image before it is resized to the classifier's input.

/** The incremental oracle of an image of another size than the classifier's. */
export interface SourceOracle {
  readonly oracle: Oracle;
  /** The probabilities of the unchanged image by incremental inference. */
  readonly clean: Float32Array;
}

/**
 * Incremental inference on the resized image: of each candidate, the kernel computes what the pixels that differ after
 * resizing change.
 * @param pixels the most pixels of the image that a candidate changes
 * @throws KernelMemoryError
 */
export function createSourceOracle(
  module: WebAssembly.Module,
  plan: InferencePlan,
  { manifest }: Classifier,
  resampler: Resampler,
  pixels: number,
): SourceOracle {
  const { resized, touched } = resampler;
  const most = Math.min(resized.width * resized.height, pixels * touched);
  const inference = withinMemory(() =>
    createInference(instantiate(module), plan, resized, manifest.input, most),
  );
  const query = (candidates: Candidates): Float32Array => {
    const rows = new Float32Array(candidates.count * plan.labels);
    for (let index = 0; index < candidates.count; index++) {
      const encoded = resampler.changed(encodedAt(candidates, index));
      const row = inference.query({ count: 1, pixels: encoded.length / 2, encoded });
      rows.set(row, index * plan.labels);
    }
    return rows;
  };
  return { oracle: { engine: "incremental", query }, clean: inference.clean };
}

/** The reference oracle of such an image: onnxruntime-web or the remote model gets each candidate's resized image. */
export function createSourceReference(classifier: Classifier, resampler: Resampler): Oracle {
  const { input } = classifier.manifest;
  const size = input.width * input.height * input.channels;
  return {
    engine: referenceOf(classifier),
    query(candidates) {
      const tensor = new Float32Array(candidates.count * size);
      for (let index = 0; index < candidates.count; index++) {
        const changed = resampler.changed(encodedAt(candidates, index));
        tensor.set(renderTensor(applyCandidate(resampler.resized, changed), input), index * size);
      }
      return classifier.classify(tensor, candidates.count);
    },
  };
}
