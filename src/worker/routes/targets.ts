import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { targetsSchema } from "../../api/targets.ts";
import { inferenceBytes } from "../../core/attack/options/memory.ts";
import { attackTargets } from "../../core/attack/targets.ts";
import { presentTargets } from "../../core/present.ts";
import { slotsFor } from "../middleware/concurrency-limit.ts";
import { untilDeadline } from "../middleware/deadline.ts";
import { recordQueries } from "../middleware/request-log.ts";
import { enterWithWork } from "../middleware/work.ts";
import { targetsDescription } from "../openapi/targets.ts";
import { readBody } from "../request/body.ts";
import { readInput } from "../request/input.ts";
import { negotiate } from "../request/negotiate.ts";
import { planTargets } from "../request/plan.ts";
import { validate } from "../request/validate.ts";
import { streamResponse, streamTypes } from "../response/streams.ts";
import type { Services } from "../services.ts";

/** `POST /v1/targets`: which other labels can an image be turned into? */
export const targetsRoutes = (services: Services) =>
  new Hono().post("/v1/targets", describeRoute(targetsDescription), async (c) => {
    const type = negotiate(c, ["application/json", ...streamTypes]);
    await services.rateLimit.countRequest(c);
    const sent = await readBody(c, services.bodyMemory);
    const plan = await planTargets(services, validate(targetsSchema, sent.options), sent.image);
    const { classifier, sample, source, priced, settings, cost } = plan;
    c.get("record").model = classifier.manifest.id;
    const slots = slotsFor(settings, await inferenceBytes(priced, settings));
    await enterWithWork(c, services, cost, slots);
    const input = source ?? (await readInput(classifier, sample, sent.image));
    const { kernelModule } = services;
    const { image } = input;
    const common = { classifier: input.classifier, image, settings, kernelModule, signal: c.req.raw.signal };
    c.header("Vary", "Accept");
    if (type === "application/json") {
      return c.json(
        presentTargets(
          recordQueries(c, await attackTargets({ ...common, pause: untilDeadline(services) })),
          input,
        ),
      );
    }
    return streamResponse(c, type, input, settings.probabilities, async (during) =>
      presentTargets(
        recordQueries(c, await attackTargets({ ...common, pause: services.pause, ...during })),
        input,
      ),
    );
  });
