import { type Context, Hono } from "hono";
import { describeRoute } from "hono-openapi";
import type * as v from "valibot";
import { resolveOptions } from "../../attack/options.ts";
import type { Classifier } from "../../model/classifier.ts";
import type { Sample } from "../../model/sample.ts";
import { answerAttack, attackTypes } from "../answer.ts";
import { readBody, readQuery, type SentImage } from "../body.ts";
import { attackDescription, sampleAttackDescription } from "../description/attack.ts";
import { boundsOf, findClassifier, findSample, labelOf, readInput } from "../input.ts";
import { negotiate } from "../negotiate.ts";
import { attackSchema, sampleAttackSchema } from "../schemas/attack.ts";
import type { Services } from "../services.ts";
import { validate } from "../validate.ts";

type AttackOptions = v.InferOutput<typeof attackSchema>;

/** `POST /v1/attack`, and `GET /v1/attack?sample=…` for the shipped images. */
export const attackRoutes = (services: Services) =>
  new Hono()
    .post("/v1/attack", describeRoute(attackDescription), async (c) => {
      const type = negotiate(c, attackTypes);
      const sent = await readBody(c);
      return respond(c, services, type, validate(attackSchema, sent.options), sent.image);
    })
    .get("/v1/attack", describeRoute(sampleAttackDescription), (c) => {
      const type = negotiate(c, attackTypes);
      return respond(c, services, type, validate(sampleAttackSchema, readQuery(c)));
    });

async function respond(
  c: Context,
  services: Services,
  type: (typeof attackTypes)[number],
  options: AttackOptions,
  sent?: SentImage,
): Promise<Response> {
  const classifier = findClassifier(services, options.model);
  const sample = findSample(services, options.sample);
  // Options are resolved before the image is decoded, so that a mistake in them costs nothing.
  const settings = resolve(options, classifier, sample);
  const input = await readInput(classifier, sample, sent);
  return answerAttack(c, type, services, input, settings);
}

/** A sample's own label is the true one, unless the request says otherwise. */
function resolve(options: AttackOptions, classifier: Classifier, sample: Sample | undefined) {
  const { model: _, sample: __, ...input } = options;
  const label = input.label ?? labelOf(sample, classifier);
  return resolveOptions({ ...input, label }, boundsOf(classifier));
}
