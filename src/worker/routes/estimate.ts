import { type Context, Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { attackSchema } from "../../api/attack.ts";
import { mapSchema } from "../../api/map.ts";
import { targetsSchema } from "../../api/targets.ts";
import { presentModelName, settingsOfTargets } from "../../core/present.ts";
import { estimateDescription } from "../openapi/estimate.ts";
import { readBody, type Sent } from "../request/body.ts";
import { type Plan, planAttack, planMap, planTargets } from "../request/plan.ts";
import { validate } from "../request/validate.ts";
import type { Services } from "../services.ts";

/** `POST /v1/attack/estimate`, and of targets and maps: what would the request cost? */
export const estimateRoutes = (services: Services) => {
  const read = async (c: Context): Promise<Sent> => {
    await services.rateLimit.countRequest(c);
    const sent = await readBody(c, services.bodyMemory);
    services.concurrencyLimit.enter(c);
    return sent;
  };
  return new Hono()
    .post("/v1/attack/estimate", describeRoute(estimateDescription("attack", attackSchema)), async (c) => {
      const { options, image } = await read(c);
      const plan = await planAttack(services, validate(attackSchema, options), image);
      return c.json(present(c, services, plan, plan.settings));
    })
    .post("/v1/targets/estimate", describeRoute(estimateDescription("targets", targetsSchema)), async (c) => {
      const { options, image } = await read(c);
      const plan = await planTargets(services, validate(targetsSchema, options), image);
      return c.json(present(c, services, plan, settingsOfTargets(plan.settings)));
    })
    .post("/v1/map/estimate", describeRoute(estimateDescription("map", mapSchema)), async (c) => {
      const { options, image } = await read(c);
      const plan = await planMap(services, validate(mapSchema, options), image);
      return c.json(present(c, services, plan, plan.settings));
    });
};

function present(
  c: Context,
  { speed, maxWork }: Services,
  { classifier, priced, cost }: Plan<unknown>,
  settings: object,
) {
  c.get("record").model = classifier.manifest.id;
  const measured = speed.measured();
  return {
    model: presentModelName(classifier),
    settings: { model: classifier.manifest.id, ...settings },
    engine: priced.engine,
    queries: cost.queries,
    work: cost.work,
    maxWork: maxWork.request,
    share: cost.work / maxWork.request,
    seconds: measured === null ? null : (cost.work - cost.ties) / measured,
  };
}
