import { type Context, Hono } from "hono";
import { describeRoute } from "hono-openapi";
import type * as v from "valibot";
import { attackSchema, sampleAttackSchema } from "../../api/attack.ts";
import { inferenceBytes } from "../../core/attack/options/memory.ts";
import type { AttackSettings } from "../../core/attack/options/settings.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import type { Sample } from "../../core/model/registry.ts";
import { slotsFor } from "../middleware/concurrency-limit.ts";
import { enterWithWork } from "../middleware/work.ts";
import { attackDescription, sampleAttackDescription } from "../openapi/attack.ts";
import { readBody, readQuery, type SentImage } from "../request/body.ts";
import { readInput } from "../request/input.ts";
import { negotiate } from "../request/negotiate.ts";
import { planAttack } from "../request/plan.ts";
import { validate } from "../request/validate.ts";
import { attackResponse, attackTypes } from "../response/attack-response.ts";
import { isCurrent, sha256, tagOf } from "../response/etag.ts";
import type { Services } from "../services.ts";

type AttackOptions = v.InferOutput<typeof attackSchema>;

/** `POST /v1/attack`, and `GET /v1/attack?sample=…` for the shipped images. */
export const attackRoutes = (services: Services) =>
  new Hono()
    .post("/v1/attack", describeRoute(attackDescription), async (c) => {
      const type = negotiate(c, attackTypes);
      await services.rateLimit.countRequest(c);
      const sent = await readBody(c, services.bodyMemory);
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
  const plan = await planAttack(services, options, sent);
  const { classifier, sample, source, priced, settings, cost } = plan;
  c.get("record").model = classifier.manifest.id;
  const tag = await attackTag(services, type, classifier, settings, sample, sent);
  const isStream = type !== "application/json" && type !== "image/png";
  if (!isStream && isCurrent(c, tag)) return c.body(null, 304, cacheHeaders(c, tag));
  if (c.req.method !== "POST") await services.rateLimit.countRequest(c);
  const slots = slotsFor(settings, await inferenceBytes(priced, settings));
  await enterWithWork(c, services, cost, slots);
  const input = source ?? (await readInput(classifier, sample, sent));
  return attackResponse(c, type, services, input, settings, cacheHeaders(c, tag));
}

/**
 * The tag of the response. Everything that decides its bytes stands in it, so that whether the client has it already is
 * known before anything is computed.
 */
async function attackTag(
  { build, version }: Services,
  type: string,
  { manifest, sha256: model }: Classifier,
  settings: AttackSettings,
  sample: Sample | undefined,
  sent: SentImage | undefined,
): Promise<string> {
  const image = sample?.sha256 ?? (sent && (await sha256(sent.bytes)));
  return tagOf([version, build, "attack", type, manifest, model, image, settings]);
}

/** What a cache may do with the response. */
function cacheHeaders(c: Context, tag: string): Record<string, string> {
  return c.req.method === "POST"
    ? { ETag: tag }
    : { ETag: tag, Vary: "Accept", "Cache-Control": "public, max-age=3600" };
}
