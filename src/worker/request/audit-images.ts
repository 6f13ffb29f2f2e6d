import type * as v from "valibot";
import type { auditSchema } from "../../api/audit.ts";
import type { AuditImage, ImageSet } from "../../core/audit/definition.ts";
import {
  type EvaluationManifest,
  evaluationSetOf,
  MissingLabelError,
  requireLabels,
  type StoredEvaluationSet,
} from "../../core/audit/evaluation-set.ts";
import { evaluationImages, imagesOf } from "../../core/audit/image-set.ts";
import { decodeImage } from "../../core/image/decode.ts";
import { ImageError } from "../../core/image/error.ts";
import { stretch } from "../../core/image/stretch.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import { Problem } from "../response/problem.ts";
import { fromBase64 } from "./body.ts";

type Asked = v.InferOutput<typeof auditSchema>["images"];

/** Most bytes of decoded images in one audit, so that they fit in one call to its Durable Object. */
const MAX_SAMPLES = 24 * 1024 * 1024;

/** How many evaluation images are attacked when a request does not say, and its report is not to be published. */
const DEFAULT_COUNT = 100;

/**
 * The images that an audit attacks; by default the first ones of the model's evaluation set, or all of it if the
 * report is to be published.
 * @throws Problem when there are no such images, or the classifier lacks one of their labels
 */
export function imageSetOf(
  asked: Asked,
  publish: boolean,
  { manifest }: Classifier,
  evaluations: readonly EvaluationManifest[],
): ImageSet {
  if (Array.isArray(asked)) return { set: "uploaded", count: asked.length };
  const evaluation = chooseSet(asked?.set, manifest, evaluations);
  const { count = publish ? evaluation.count : Math.min(DEFAULT_COUNT, evaluation.count), seed = null } =
    asked ?? {};
  try {
    requireLabels(evaluation, manifest);
  } catch (error) {
    if (!(error instanceof MissingLabelError)) throw error;
    const detail = `${error.message} Or send your own images with labels.`;
    throw new Problem("invalid-option", detail, "images", { cause: error });
  }
  if (count > evaluation.count) {
    const detail = `The option images must have a whole number count from 1 to ${evaluation.count}, not ${count}.`;
    throw new Problem("invalid-option", detail, "images");
  }
  return imagesOf(evaluation, count, seed);
}

/** @throws Problem when there is no set of this id, or none for the model when no id is given */
function chooseSet(
  id: string | undefined,
  model: Manifest,
  evaluations: readonly EvaluationManifest[],
): EvaluationManifest {
  const found =
    id === undefined ? evaluationSetOf(evaluations, model) : evaluations.find((one) => one.id === id);
  if (found !== undefined) return found;
  const ids = evaluations.map((one) => one.id).join(", ");
  const detail =
    id === undefined
      ? `The model ${model.id} lacks labels of each evaluation set: ${ids}. Send your own images with labels.`
      : `There is no evaluation set "${id}". The evaluation sets are ${ids}.`;
  throw new Problem("invalid-option", detail, "images");
}

/**
 * The images of a set that was asked for.
 * @throws Problem naming the image at fault
 */
export async function readAuditImages(
  asked: Asked,
  set: ImageSet,
  classifier: Classifier,
  evaluations: readonly StoredEvaluationSet[],
): Promise<AuditImage[]> {
  if (Array.isArray(asked) || set.seed === undefined) return readUploaded(asked as Uploaded, classifier);
  const evaluation = evaluations.find(({ id }) => id === set.set)!;
  return evaluationImages(set, classifier.manifest, await evaluation.open());
}

type Uploaded = Extract<Asked, readonly unknown[]>;

async function readUploaded(asked: Uploaded, { manifest }: Classifier): Promise<AuditImage[]> {
  const { width, height, channels } = manifest.input;
  const most = Math.floor(MAX_SAMPLES / (width * height * channels));
  if (asked.length > most) {
    const detail = `An audit of ${manifest.id} takes at most ${most} images of ${width}×${height} pixels. Send fewer.`;
    throw new Problem("invalid-option", detail, "images");
  }
  const images: AuditImage[] = [];
  for (const [index, { image, label }] of asked.entries()) {
    const at = manifest.labels.indexOf(label);
    if (at < 0) {
      const detail = `The label "${label}" of image ${index} is not one of the model's: ${manifest.labels.join(", ")}.`;
      throw new Problem("invalid-option", detail, `images[${index}].label`);
    }
    const field = `images[${index}].image`;
    const decoded = await decodeImage(fromBase64(image, field).bytes).catch((cause: unknown) => {
      if (!(cause instanceof ImageError)) throw cause;
      throw new Problem("invalid-image", `Image ${index}: ${cause.message}`, field, { cause });
    });
    images.push({ index, label: at, samples: stretch(decoded, manifest.input).data });
  }
  return images;
}
