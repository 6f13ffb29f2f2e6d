/** Asks a model a first question at build time, so that a wrong manifest stops the build and not a request. */
import { createClassifier, ModelError } from "../../src/core/model/classifier.ts";
import type { ModelEntry } from "../../src/core/model/entry.ts";
import type { Runtime } from "../../src/core/model/runtime.ts";
import { renderTensor } from "../../src/core/model/tensor.ts";

/** Two images of every byte, in different orders. */
function probeTensor({ manifest }: ModelEntry): Float32Array {
  const format = manifest.input;
  const size = format.width * format.height * format.channels;
  const tensor = new Float32Array(2 * size);
  [97, 31].forEach((step, image) => {
    const data = Uint8Array.from({ length: size }, (_, index) => (index * step) % 256);
    tensor.set(renderTensor({ ...format, data }, format), image * size);
  });
  return tensor;
}

/** Whether `row` could be probabilities: from 0 to 1, their sum 1. */
function isDistribution(row: Float32Array): boolean {
  const sum = row.reduce((total, value) => total + value, 0);
  return Math.abs(sum - 1) < 1e-3 && row.every((value) => value >= 0 && value <= 1.000001);
}

/**
 * Runs the model once on one image and once on two.
 * @param folder what messages call the model
 * @throws ModelError saying how the model and its manifest disagree
 */
export async function probe(entry: ModelEntry, folder: string, runtime: Runtime): Promise<void> {
  const { manifest } = entry;
  const tensor = probeTensor(entry);
  // Declared as probabilities, the output comes as the model gives it.
  const raw = createClassifier({ ...entry, manifest: { ...manifest, output: "probabilities" } }, runtime);
  const [one, two] = await (async () =>
    [await raw.classify(tensor, 1), await raw.classify(tensor, 2)] as const)().catch((cause: unknown) => {
    throw new ModelError(`${folder}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  });
  const fail = (message: string): never => {
    throw new ModelError(`${folder}: ${message}`);
  };
  if (!two.every(Number.isFinite)) fail("the model's outputs are not finite numbers");
  const rows = [two.subarray(0, one.length), two.subarray(one.length)];
  if (one.some((value, index) => Math.abs(value - two[index]!) > 1e-3 * Math.max(1, Math.abs(value)))) {
    fail("an image's answer depends on the other images of its batch: export the model for inference");
  }
  if (manifest.output === "probabilities" && !rows.every(isDistribution)) {
    fail(
      '"output" is "probabilities", but the model\'s outputs are not from 0 to 1 with sum 1: are they "logits"?',
    );
  }
  if (manifest.output === "logits" && rows.every(isDistribution)) {
    fail(
      '"output" is "logits", but the model\'s outputs are from 0 to 1 with sum 1: they are "probabilities"',
    );
  }
}
