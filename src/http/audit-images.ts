import type * as v from "valibot";
import type { AuditImage, ImageSet } from "../audit/definition.ts";
import { evaluationImages, knowsEvaluationLabels } from "../audit/image-set.ts";
import { decodeImage } from "../image/decode.ts";
import { ImageError } from "../image/error.ts";
import { fitImage } from "../image/fit.ts";
import type { Classifier } from "../model/classifier.ts";
import { fromBase64 } from "./body.ts";
import { Problem } from "./problem.ts";
import type { auditSchema } from "./schemas/audit.ts";

type Asked = NonNullable<v.InferOutput<typeof auditSchema>["images"]>;

/** Most bytes of decoded images in one audit, so that they fit in one call to its Durable Object. */
const MAX_SAMPLES = 24 * 1024 * 1024;

/**
 * The images that an audit is asked to attack.
 * @throws Problem naming the image at fault
 */
export async function readAuditImages(
  asked: Asked,
  classifier: Classifier,
  evaluation: ArrayBuffer,
): Promise<{ set: ImageSet; images: AuditImage[] }> {
  const { labels } = classifier.manifest;
  if (Array.isArray(asked)) {
    return { set: { name: "uploaded", count: asked.length }, images: await readUploaded(asked, classifier) };
  }
  if (!knowsEvaluationLabels(labels)) {
    throw new Problem(
      "invalid-option",
      `The images of cifar10-test have other labels than the model ${classifier.manifest.id}. Send images with labels.`,
      "images",
    );
  }
  const set = { name: asked.set, count: asked.count, seed: asked.seed } as const;
  return { set, images: evaluationImages(set, labels, evaluation) };
}

async function readUploaded(
  asked: Extract<Asked, readonly unknown[]>,
  { manifest }: Classifier,
): Promise<AuditImage[]> {
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
    images.push({ index, label: at, samples: fitImage(decoded, manifest.input).data });
  }
  return images;
}
