import { useEnvironment } from "./environment.ts";
import { OnepixelError } from "./errors.ts";
import { type Classifier, createClassifier, ModelError } from "./model/classifier.ts";
import { sha256 } from "./model/digest.ts";
import { modelInMemory } from "./model/entry.ts";
import { type Manifest, parseManifest } from "./model/manifest.ts";

/**
 * The information that an ONNX file does not contain: at least its `labels`, its `input` and whether its
 * `output` is probabilities or logits. A `manifest.json` of the models folder has this format. The value of
 * a byte in the tensor is
 * (byte × scale − mean[channel]) / std[channel].
 */
export type ModelDescription = Pick<Manifest, "labels" | "input" | "output"> & Partial<Manifest>;

/** A classifier that can be attacked. Made by {@link loadModel}. */
export interface Model {
  /** The complete description; the default of `id` is "model", that of `title` is the id. */
  readonly manifest: Manifest;
  /** SHA-256 of the ONNX file, hexadecimal. */
  readonly sha256: string;
}

/**
 * Loads an ONNX classifier for any number of attacks.
 * @param onnx the bytes of the file
 * @throws OnepixelError `invalid-manifest` naming the field of the description; `invalid-model` if the file
 * cannot be read, or its tensors do not fit the description; `runtime-unavailable`; `not-initialised`
 *
 * @example
 * ```ts
 * const model = await loadModel(bytes, {
 *   labels: ["cat", "dog"],
 *   input: { width: 32, height: 32, channels: 3, layout: "NCHW", scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
 *   output: "logits",
 * });
 * ```
 */
export async function loadModel(onnx: Uint8Array, description: ModelDescription): Promise<Model> {
  const { runtime } = useEnvironment();
  const id = description.id ?? "model";
  const described = JSON.stringify({ title: id, ...description, id });
  const manifest = parseManifest(described, "the model's description", id);
  const bytes = new Uint8Array(onnx);
  const entry = modelInMemory(manifest, bytes.buffer, await sha256(bytes));
  const classifier = createClassifier(entry, runtime);
  await tryOnce(classifier);
  return classifier;
}

/** Classifies one blank image, so that a file that does not fit fails now and not at the first attack. */
async function tryOnce(classifier: Classifier): Promise<void> {
  const { width, height, channels } = classifier.manifest.input;
  try {
    await classifier.probabilities({
      width,
      height,
      channels,
      data: new Uint8Array(width * height * channels),
    });
  } catch (cause) {
    throw cause instanceof OnepixelError ? cause : refusal(classifier.manifest.id, cause);
  }
}

function refusal(id: string, cause: unknown): ModelError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ModelError(`${id}: onnxruntime cannot load the file: ${message}. Send an ONNX classifier.`, {
    cause,
  });
}
