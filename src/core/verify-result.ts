import { type Claims, verify as verifyClaims } from "./attack/verify.ts";
import { OnepixelError } from "./errors.ts";
import { pngBytes } from "./image/data-url.ts";
import { decodeImage } from "./image/decode.ts";
import { inputOf } from "./input.ts";
import type { Model } from "./load-model.ts";
import type { Classifier } from "./model/classifier.ts";
import { type AttackResult, type Image, imageOf } from "./operations.ts";
import { presentVerification } from "./present.ts";

/** The result of {@link verify}: the response of `POST /v1/verify`. */
export type Verification = ReturnType<typeof presentVerification>;

function claimsOf({
  before,
  after,
  label,
  target,
  status,
  verified,
  pixels,
  model,
  settings,
}: AttackResult): Claims {
  const mostPixels = settings.pixels === "min" ? settings.maxPixels : settings.pixels;
  return {
    before,
    after,
    label,
    target: target ?? undefined,
    status,
    verified,
    mostPixels,
    pixels,
    sha256: model.sha256,
  };
}

/**
 * Checks an attack's result with two queries: one of the original, one of the adversarial image.
 * @param original the unchanged image; it is stretched to the model's size as for the attack
 * @param result a result of {@link attack} or of `POST /v1/attack`
 * @returns the response of `POST /v1/verify`: whether every claim `holds`, and each claim with what was found
 * @throws OnepixelError `invalid-image` if the result's image is not of the model's size, `invalid-option` for a label
 * that the model does not have
 *
 * @example
 * ```ts
 * const { holds, claims } = await verify(model, image, result);
 * ```
 */
export async function verify(model: Model, original: Image, result: AttackResult): Promise<Verification> {
  const classifier = model as Classifier;
  const { labels, input } = model.manifest;
  const { label, target } = result;
  for (const [field, name] of Object.entries({ label, target })) {
    if (name === null || labels.includes(name)) continue;
    const message = `The model ${model.manifest.id} has no label "${name}". Its labels are ${labels.join(", ")}.`;
    throw new OnepixelError("invalid-option", message, { field });
  }
  const { space } = result.settings;
  const adversarial = inputOf(classifier, await decodeImage(pngBytes(result.image)), space);
  const before = inputOf(classifier, await imageOf(original), space);
  const expected = space === "source" ? before.original : input;
  const { width, height } = adversarial.original;
  if (width !== expected.width || height !== expected.height) {
    const message = `The result's image is ${width}×${height} pixels, but the ${
      space === "source" ? "original is" : "model takes"
    } ${expected.width}×${expected.height}. Pass a result of this ${space === "source" ? "image" : "model"}.`;
    throw new OnepixelError("invalid-image", message, { field: "image" });
  }
  const images = { original: before.image, adversarial: adversarial.image };
  return presentVerification(
    await verifyClaims({ classifier: before.classifier, ...images, claims: claimsOf(result) }),
    classifier,
    result,
  );
}
