import { pngDataUrl } from "../image/data-url.ts";
import type { Input } from "../input.ts";
import { presentModelName } from "../present.ts";
import { presentPrediction } from "../present-prediction.ts";
import { proofFile } from "./proof-file.ts";
import type { ProofResult } from "./result.ts";
import { statementOf } from "./statement.ts";

/** A proof as every host returns it. */
export async function presentProof(result: ProofResult, { classifier, image, original }: Input) {
  const { proofs: _, counterexample, before, settings, ...rest } = result;
  const { id: model, labels } = classifier.manifest;
  const isWhole = settings.first === 0 && settings.end === image.width * image.height;
  return {
    ...rest,
    model: presentModelName(classifier),
    input: original,
    before: presentPrediction(before, labels, undefined, [rest.label, rest.target]),
    counterexample: counterexample && {
      pixel: counterexample.pixel,
      after: presentPrediction(counterexample.after, labels, undefined, [rest.label, rest.target]),
      image: pngDataUrl(counterexample.png),
    },
    statement: statementOf(result, image),
    settings: { model, ...settings },
    /** What `onepixel check-proof` checks: only of a proof of every pixel. */
    proof: rest.status === "proved" && isWhole ? await proofFile(result, classifier, image) : null,
  };
}
