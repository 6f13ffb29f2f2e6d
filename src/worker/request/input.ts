/** From what was sent to what a classifier takes. */
import type { Space } from "../../core/attack/options/settings.ts";
import { decodeImage, sniffImage } from "../../core/image/decode.ts";
import { type Input, inputOf } from "../../core/input.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import type { Sample } from "../../core/model/registry.ts";
import { Problem } from "../response/problem.ts";
import type { Services } from "../services.ts";
import type { SentImage } from "./body.ts";

/** @throws Problem when no classifier has this id */
export function findClassifier({ registry }: Services, id: string | undefined): Classifier {
  if (id === undefined) return registry.default;
  const classifier = registry.get(id);
  if (classifier !== undefined) return classifier;
  const ids = registry.classifiers.map(({ manifest }) => manifest.id).join(", ");
  throw new Problem("invalid-option", `There is no model "${id}". The models are ${ids}.`, "model");
}

/**
 * The sample of a name, for a classifier that has its label.
 * @throws Problem when there is no such sample, or the classifier lacks its label
 */
export function findSample(
  { samples, registry }: Services,
  name: string | undefined,
  { manifest: { id, labels } }: Classifier,
): Sample | undefined {
  if (name === undefined) return undefined;
  const sample = samples.find((candidate) => candidate.name === name);
  if (sample === undefined) {
    throw new Problem(
      "invalid-option",
      `There is no sample "${name}". GET /v1/samples lists them.`,
      "sample",
    );
  }
  const { label } = sample;
  if (labels.includes(label)) return sample;
  const others = registry.classifiers.filter(({ manifest }) => manifest.labels.includes(label));
  const ids = others.map(({ manifest }) => manifest.id).join(", ");
  const advice = others.length === 0 ? "" : `, or choose a model that has it: ${ids}`;
  const detail = `The label of the sample "${name}", ${label}, is not one of the model ${id}. Send an image${advice}.`;
  throw new Problem("invalid-option", detail, "sample");
}

/** A declared type that the bytes contradict is a mistake worth telling; the bytes alone choose the decoder. */
function checkType({ bytes, type }: SentImage): void {
  const actual = sniffImage(bytes);
  if (actual === undefined || actual === type || !type.startsWith("image/") || type === "image/*") return;
  throw new Problem(
    "unsupported-media-type",
    `The Content-Type is ${type}, but the bytes are ${actual}. Send ${actual}, or another file.`,
    "image",
  );
}

/**
 * Decodes the one image that a request brings, as sample or in itself, and fits it to the classifier, or with
 * `space` source to its channels alone.
 * @throws Problem, ImageError
 */
export async function readInput(
  classifier: Classifier,
  sample: Sample | undefined,
  sent: SentImage | undefined,
  space?: Space,
): Promise<Input> {
  if (sample && sent) {
    throw new Problem(
      "invalid-image",
      "The request has both an image and a sample. Send only one of them.",
      "image",
    );
  }
  const bytes = sample ? new Uint8Array(await sample.read()) : sent?.bytes;
  if (bytes === undefined) {
    throw new Problem(
      "invalid-image",
      "The request has no image. Send one as the body or in the field image, or name a sample such as sample=cat-3.",
      "image",
    );
  }
  if (sent) checkType(sent);
  return inputOf(classifier, await decodeImage(bytes), space);
}
