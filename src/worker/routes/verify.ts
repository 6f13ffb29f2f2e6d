import { type Context, Hono } from "hono";
import { type DescribeRouteOptions, describeRoute } from "hono-openapi";
import type * as v from "valibot";
import { verifySchema } from "../../api/verify.ts";
import { type ColouredPixel, withPixels } from "../../core/attack/adversarial-image.ts";
import type { Space } from "../../core/attack/options/settings.ts";
import { type VerifyRequest, verify } from "../../core/attack/verify.ts";
import { ImageError } from "../../core/image/error.ts";
import type { Raster } from "../../core/image/raster.ts";
import type { Input } from "../../core/input.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { presentVerification } from "../../core/present.ts";
import { optionsObject } from "../openapi/components.ts";
import { imageProblems, jsonResponse, problemResponses } from "../openapi/operation.ts";
import { fromBase64, readBody, type SentImage } from "../request/body.ts";
import { findClassifier, findSample, readInput } from "../request/input.ts";
import { negotiate } from "../request/negotiate.ts";
import { validate } from "../request/validate.ts";
import { Problem } from "../response/problem.ts";
import type { Services } from "../services.ts";

type Claimed = v.InferOutput<typeof verifySchema>;

const image = { type: "string", description: "The adversarial image, as base64 or a data URL." } as const;

const description: DescribeRouteOptions = {
  operationId: "verify",
  tags: ["attack"],
  summary: "Check a claimed attack with two queries",
  description:
    "Takes an attack's response unchanged, or an original and an adversarial image (or the list of changed pixels) " +
    "with the claimed labels, and reports for each claim whether it holds.",
  requestBody: {
    required: true,
    content: { "application/json": { schema: optionsObject(verifySchema, { image }) } },
  },
  responses: { 200: jsonResponse("Verification", "Each claim."), ...problemResponses(...imageProblems) },
};

/** `POST /v1/verify`: does a claimed result hold? */
export const verifyRoutes = (services: Services) =>
  new Hono().post("/v1/verify", describeRoute(description), async (c) => respond(c, services));

async function respond(c: Context, services: Services): Promise<Response> {
  negotiate(c, ["application/json"]);
  await services.rateLimit.countRequest(c);
  const sent = await readBody(c, services.bodyMemory);
  const claimed = validate(verifySchema, sent.options);
  const { model } = claimed;
  const classifier = findClassifier(services, typeof model === "string" ? model : model?.id);
  const record = c.get("record");
  record.model = classifier.manifest.id;
  const claims = claimsOf(claimed, classifier);
  services.concurrencyLimit.enter(c);
  const images = await readImages(services, classifier, claimed, sent.image);
  const verification = await verify({ ...images, claims });
  record.queries = 2;
  return c.json(presentVerification(verification, classifier, claimed));
}

/** @throws Problem when the two labels are missing, or one is not the model's */
function claimsOf(claimed: Claimed, { manifest }: Classifier) {
  const { before, after, status, verified, settings, pixels, model } = claimed;
  if (before === undefined || after === undefined) {
    const missing = before === undefined ? "before" : "after";
    const detail =
      `The claimed label ${missing} is missing. Send both: before, the label of the original, ` +
      "and after, that of the adversarial image.";
    throw new Problem("invalid-option", detail, missing);
  }
  const labelOf = (claim: typeof before) => (typeof claim === "string" ? { label: claim } : claim);
  const claims = {
    before: labelOf(before),
    after: labelOf(after),
    label: claimed.label ?? undefined,
    target: claimed.target ?? undefined,
    status,
    verified,
    mostPixels: settings?.pixels === "min" ? settings.maxPixels : settings?.pixels,
    pixels,
    sha256: typeof model === "object" ? model.sha256 : undefined,
  };
  const { label, target } = claims;
  const named = { before: claims.before.label, after: claims.after.label, label, target };
  for (const [field, name] of Object.entries(named)) {
    if (name === undefined || manifest.labels.includes(name)) continue;
    const detail = `The model ${manifest.id} has no label "${name}". Its labels are ${manifest.labels.join(", ")}.`;
    throw new Problem("invalid-option", detail, field);
  }
  return claims;
}

/** The two images; one of them may be made of the other and the list of pixels. @throws Problem */
async function readImages(
  services: Services,
  classifier: Classifier,
  { original, sample: name, pixels, settings }: Claimed,
  sent: SentImage | undefined,
): Promise<Omit<VerifyRequest, "claims">> {
  const { space } = settings ?? {};
  const sample = findSample(services, name, classifier);
  const kept = original === undefined ? undefined : fromBase64(original, "original");
  const before = sample || kept ? await readOriginal(classifier, sample, kept, space) : undefined;
  const after = sent && (await readInput(classifier, undefined, sent, space));
  checkSizes(classifier, before, after, space);
  if (before && after) {
    return { classifier: before.classifier, original: before.image, adversarial: after.image };
  }
  if (before) {
    if (!pixels) throw missing("adversarial image", "image", "the list pixels");
    const changes = pixels.map(({ x, y, to }) => ({ x, y, colour: to }));
    const adversarial = changed(before.image, changes);
    return { classifier: before.classifier, original: before.image, adversarial };
  }
  if (!after) throw missing("image", "image", "original or sample, and pixels");
  const changes = pixels?.map(({ x, y, from }) => ({ x, y, colour: from }));
  if (!changes?.every((change): change is ColouredPixel => change.colour !== undefined)) {
    throw missing("original image", "original", "sample, or in pixels the colours from");
  }
  const { image } = after;
  return { classifier: after.classifier, original: changed(image, changes), adversarial: image };
}

function missing(what: string, field: string, otherwise: string): Problem {
  return new Problem(
    "invalid-image",
    `There is no ${what}. Send it as ${field}, or send ${otherwise}.`,
    field,
  );
}

async function readOriginal(...from: Parameters<typeof readInput>): Promise<Input> {
  try {
    return await readInput(...from);
  } catch (cause) {
    if (cause instanceof ImageError) throw new Problem("invalid-image", cause.message, "original", { cause });
    if (cause instanceof Problem) throw new Problem(cause.kind, cause.message, "original", { cause });
    throw cause;
  }
}

/** An image that had to be resized is not the one that was attacked: no pixel of it can be compared. */
function checkSizes(
  { manifest }: Classifier,
  before: Input | undefined,
  after: Input | undefined,
  space: Space | undefined,
): void {
  const size = ({ original }: Input) => `${original.width}×${original.height}`;
  const own = `${manifest.input.width}×${manifest.input.height}`;
  if (before && after && size(before) !== size(after)) {
    const detail = `The original is ${size(before)} pixels, the adversarial image ${size(after)}. Send both ${space === "source" ? "in one size" : `as ${own}, the model's size`}.`;
    throw new Problem("invalid-image", detail, "original");
  }
  const resized = [before, after].find((input) => input?.original.resized);
  if (!resized || space === "source") return;
  const field = resized === before ? "original" : "image";
  const detail = `The image in ${field} is ${size(resized)} pixels. Send it as it was classified: ${own}, the model's size.`;
  throw new Problem("invalid-image", detail, field);
}

function changed(image: Raster, pixels: readonly ColouredPixel[]): Raster {
  const places = pixels.map(({ x, y }) => `${x},${y}`);
  const twice = places.find((place, index) => places.indexOf(place) < index);
  if (twice)
    throw new Problem("invalid-option", `The option pixels names ${twice} more than once.`, "pixels");
  try {
    return withPixels(image, pixels);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const detail = `The option pixels cannot be used: ${cause.message}.`;
    throw new Problem("invalid-option", detail, "pixels", { cause });
  }
}
